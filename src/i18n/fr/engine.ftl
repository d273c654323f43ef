# Ce qui ne va pas avec le moteur Docker, les images et les services.
interrupted = interrompu
interrupted-unfinished = interrompu avant la fin du nettoyage ; la prochaine commande `lab` supprimera le reste
engine-not-found = aucun moteur Docker n'a été trouvé sur cette machine
engine-not-there = il n'y a pas de moteur Docker à { $socket } (d'après { $said_by })
engine-stopped = le moteur Docker ne tourne pas : { $socket } existe, mais rien ne répond ({ $reason })
engine-not-allowed = vous n'avez pas le droit d'utiliser le moteur Docker : accès refusé à { $socket }
engine-remote = le moteur Docker { $host } est sur une autre machine, et lab a besoin d'un moteur local : les contrôles passent par un port de sa boucle locale
engine-too-old = ce moteur Docker est trop ancien : { $version } parle l'API { $api }, et lab demande la 1.41 (Engine 20.10) ou plus récent
engine-call = le moteur Docker n'a pas pu { $doing ->
    [ask-its-version] donner sa version à
    [connect] connecter
    [create-container] créer le conteneur
    [create-network] créer le réseau
    [create-volume] créer le volume
    [inspect] inspecter
    [kill] tuer
    [list] lister
    [look-at] décrire
    [pause] mettre en pause
    [read] lire
    [read-the-log-of] lire le journal de
    [remove-container] supprimer le conteneur
    [remove-network] supprimer le réseau
    [remove-volume] supprimer le volume
    [run] lancer
    [start] démarrer
    [stop] arrêter
    [unpause] reprendre
    [upload-the-folder] copier le dossier vers
   *[other] { $doing }
  } `{ $object }` : { $reason }
engine-no-subnet = aucun sous-réseau libre pour `{ $network }` : { $tried ->
    [0] les réseaux de cette machine occupent toute la plage
    [one] le seul est occupé
   *[other] les { $tried } essayés sont tous occupés
  }
engine-image = pas d'image pour { $part } : { $reason }
engine-not-ready = { $service } n'était pas prêt au bout de { $seconds } s.
engine-ended = { $service } s'est terminé avec le code { $exit }.
engine-own-command = une commande de lab dans un conteneur, `{ $command }`, s'est terminée avec le code { $exit } : { $said }
engine-own-command-late = une commande de lab dans un conteneur, `{ $command }`, ne s'est pas terminée à temps
engine-not-running = { $service } ne tourne pas
engine-unknown-name = le lab utilise `{ $name }`, que rien ne définit : c'est une erreur du lab, pas de votre travail
engine-still-there = { $project } n'a pas été entièrement supprimé : { $objects }
engine-folder = impossible de relire la copie de votre dossier : { $reason }
image-cant-have = `{ $image }` n'est pas sur cette machine et ne peut pas être téléchargée
image-not-found = le registre n'a pas de `{ $image }`
image-denied = le registre refuse `{ $image }` : l'image n'y existe pas, ou demande une connexion
image-rate-limited = { $registry } limite les téléchargements, et votre adresse a atteint la limite pour `{ $image }`
image-unreachable = le registre { $registry } est injoignable : { $reason }
image-pull-failed = le téléchargement de `{ $image }` a échoué : { $reason }
image-no-dockerfile = { $folder } n'a pas de Dockerfile
image-bad-dockerfile = le Dockerfile de { $folder } est illisible : { $reason }
image-unreadable = { $path } ne peut pas être lu : { $reason }
image-too-large = { $folder } contient plus de { $megabytes } Mio
image-build-failed = l'étape { $step } a échoué, `{ $instruction }` : { $reason }
image-layer-failed = impossible d'ajouter des fichiers à `{ $image }` : { $reason }
image-silent = `{ $image }` n'a pas avancé pendant { $minutes } minutes : aucune sortie, aucun travail
image-too-long = `{ $image }` n'était pas prête au bout de { $minutes } minutes
image-disk-full = pas assez de place sur le disque pour `{ $image }`
image-lock = le fichier de verrou { $path } est inutilisable : { $reason }
image-daemon = le moteur Docker a échoué pour `{ $image }` : { $reason }
detail-looked-at = cherché
detail-last-probe = dernière sonde
detail-last-log = fin du journal
detail-last-lines = dernières lignes
detail-tried = essayé
hint-install-engine = installez-le avec `sudo apt-get install docker.io` (Debian, Ubuntu) ou depuis https://docs.docker.com/engine/install, puis réessayez ; `lab doctor` vérifie le reste
hint-not-there = démarrez ce moteur, ou changez { $said_by } ; sans lui, lab cherche aux emplacements habituels (unset DOCKER_HOST, docker context use default)
hint-start-engine = démarrez-le avec `sudo systemctl start docker`, ou ouvrez Docker Desktop, puis réessayez
hint-docker-group = lancez `sudo usermod -aG docker $USER`, déconnectez-vous et reconnectez-vous, puis réessayez
hint-local-engine = supprimez la variable DOCKER_HOST, ou choisissez un contexte local avec `docker context use default`
hint-update-engine = mettez Docker à jour, sous Debian ou Ubuntu avec `sudo apt-get install docker.io`, puis réessayez
hint-subnets = donnez à lab une autre plage, par exemple `LAB_SUBNETS=10.202.0.0/16`, ou supprimez les réseaux inutilisés avec `docker network prune`
hint-logs-doctor = lab logs { $service } · lab doctor
hint-start-lab = lab start
hint-doctor = lab doctor
hint-gc = lab gc · lab doctor
hint-base-image = aucun registre d'images ne répond ici : `scripts/demo` construit l'image de base à partir des paquets Debian, une fois pour toutes
hint-registry = vérifiez le réseau ; ce qui est déjà là fonctionne sans lui. Pour en savoir plus : lab doctor
hint-rate-limit = attendez quelques heures, ou connectez-vous avec `docker login`
hint-disk = libérez de la place : `lab gc` supprime ce que lab a laissé, `docker system df` montre le reste
hint-lab-author = c'est une erreur du lab : dites à son auteur ce qui est écrit plus haut
image-made-elsewhere = En attente d'un autre processus lab, qui construit l'image { $image }.
image-built-instead = L'image { $image } ne peut pas être téléchargée ici : son programme est compilé depuis ses sources, une seule fois. Cela peut prendre quelques minutes.
