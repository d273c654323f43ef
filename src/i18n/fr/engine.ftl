# Ce qui ne va pas avec le moteur Docker, les images et les services.
interrupted = interrompu
interrupted-unfinished = interrompu avant la fin du nettoyage ; la prochaine commande `lab` retirera le reste
engine-not-found = aucun moteur Docker n'a été trouvé sur cette machine
engine-not-there = d'après { $said_by }, le moteur Docker est à { $socket }, mais il n'y a rien là
engine-stopped = le moteur Docker ne tourne pas : { $socket } existe et personne ne répond ({ $reason })
engine-not-allowed = vous n'avez pas le droit d'utiliser le moteur Docker : pas de permission sur { $socket }
engine-remote = le moteur Docker { $host } est sur une autre machine : il en faut un local, car les contrôles passent par un port de sa propre boucle locale
engine-too-old = ce moteur Docker est trop ancien : { $version } parle l'API { $api }, et lab demande la 1.41 (Engine 20.10) ou plus récent
engine-call = le moteur Docker a échoué ({ $doing } `{ $object }`) : { $reason }
engine-no-subnet = aucun sous-réseau libre pour `{ $network }` : { $tried ->
    [0] la plage n'en a plus à côté des réseaux de cette machine
    [one] le seul est occupé
   *[other] les { $tried } essayés sont tous occupés
  }
engine-image = l'image de { $part } manque : { $reason }
engine-not-ready = { $service } n'était pas prêt au bout de { $seconds } s.
engine-ended = { $service } s'est terminé avec le code { $exit }.
engine-own-command = une commande de lab dans un conteneur, `{ $command }`, s'est terminée avec le code { $exit } : { $said }
engine-own-command-late = une commande de lab dans un conteneur, `{ $command }`, ne s'est pas terminée à temps
engine-not-running = { $service } ne tourne pas
engine-unknown-name = le lab utilise `{ $name }`, que rien ne définit : c'est une faute du lab, pas de votre travail
engine-still-there = { $project } n'est pas entièrement retiré : { $objects }
engine-folder = la copie de votre dossier ne peut pas être relue : { $reason }
image-cant-have = `{ $image }` n'est pas sur cette machine et ne peut pas être obtenue
image-not-found = le registre n'a pas de `{ $image }`
image-denied = le registre refuse `{ $image }` : elle n'y existe pas, ou demande une connexion
image-rate-limited = { $registry } a atteint sa limite de téléchargements pour votre adresse, à `{ $image }`
image-unreachable = le registre { $registry } est injoignable : { $reason }
image-pull-failed = le téléchargement de `{ $image }` a échoué : { $reason }
image-no-dockerfile = { $folder } n'a pas de Dockerfile
image-bad-dockerfile = le Dockerfile de { $folder } est illisible : { $reason }
image-unreadable = { $path } ne peut pas être lu : { $reason }
image-too-large = { $folder } contient plus de { $megabytes } Mio
image-build-failed = l'étape { $step } a échoué, `{ $instruction }` : { $reason }
image-layer-failed = impossible d'ajouter des fichiers à `{ $image }` : { $reason }
image-silent = `{ $image }` n'a pas avancé pendant { $minutes } minutes : aucun message, aucun travail
image-too-long = `{ $image }` n'était pas là au bout de { $minutes } minutes
image-disk-full = le disque est trop plein pour `{ $image }`
image-lock = le fichier de verrou { $path } est inutilisable : { $reason }
image-daemon = le moteur Docker a échoué pour `{ $image }` : { $reason }
detail-looked-at = cherché
detail-last-probe = dernière sonde
detail-last-log = dernier journal
detail-last-lines = dernières lignes
detail-tried = essayé
hint-install-engine = installez-le avec `sudo apt-get install docker.io` (Debian, Ubuntu) ou depuis https://docs.docker.com/engine/install, puis recommencez ; `lab doctor` dit si tout est là
hint-not-there = démarrez ce moteur, ou faites nommer un autre endroit par { $said_by } ; sinon, les endroits habituels sont essayés (unset DOCKER_HOST, docker context use default)
hint-start-engine = démarrez-le avec `sudo systemctl start docker`, ou ouvrez Docker Desktop, puis recommencez
hint-docker-group = lancez `sudo usermod -aG docker $USER`, déconnectez-vous et reconnectez-vous, puis recommencez
hint-local-engine = retirez DOCKER_HOST, ou choisissez un contexte local avec `docker context use default`
hint-update-engine = mettez Docker à jour, sur Debian ou Ubuntu avec `sudo apt-get install docker.io`, puis recommencez
hint-subnets = donnez à lab une autre plage, par exemple `LAB_SUBNETS=10.202.0.0/16`, ou retirez les réseaux inutilisés avec `docker network prune`
hint-logs-doctor = lab logs { $service } · lab doctor
hint-start-lab = lab start
hint-doctor = lab doctor
hint-gc = lab gc · lab doctor
hint-base-image = aucun registre d'images ne répond ici : `scripts/demo` fabrique l'image de base avec les paquets Debian, une fois pour toutes
hint-registry = vérifiez le réseau ; ce qui est déjà là continue de marcher sans lui. `lab doctor` en dit plus
hint-rate-limit = attendez quelques heures, ou connectez-vous avec `docker login`
hint-disk = libérez de la place : `lab gc` retire ce que lab a laissé, `docker system df` montre le reste
hint-lab-author = c'est une faute du lab : dites à son auteur ce qui est écrit plus haut
image-made-elsewhere = Un autre processus lab prépare l'image { $image }. On l'attend.
image-built-instead = L'image { $image } ne peut pas être téléchargée ici. Son programme est donc compilé depuis ses sources, une seule fois : cela peut prendre quelques minutes.
