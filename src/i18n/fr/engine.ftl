image-made-elsewhere = Un autre processus lab prépare l'image { $image }. On l'attend.
image-built-instead = L'image { $image } ne peut pas être téléchargée ici. Son programme est donc compilé depuis ses sources, une seule fois : cela peut prendre quelques minutes.
