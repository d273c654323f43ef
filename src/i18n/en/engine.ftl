image-made-elsewhere = Another lab process is making the image { $image }. Waiting for it.
image-built-instead = The image { $image } can't be pulled here. Its program is built from source instead, once; this can take some minutes.
