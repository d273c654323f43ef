# La ligne de commande : l'aide, et ce que disent les commandes.
cli-usage = Utilisation :
cli-commands = Commandes{"\u00A0"}
cli-options = Options{"\u00A0"}
cli-arguments = Arguments{"\u00A0"}
cli-after-help =
    {"  "}Pour commencer :  lab list · lab start static-site
cli-unknown-command = commande inconnue : `{ $name }`
cli-unknown-argument = argument inattendu : `{ $name }`
cli-invalid-value = valeur invalide `{ $value }` pour { $argument } ; valeurs possibles : { $valid }
cli-wrong-value = valeur invalide `{ $value }` pour { $argument }
cli-missing-value = il manque la valeur de { $argument }
cli-missing = argument obligatoire manquant : { $name }
cli-conflict = { $name } est incompatible avec les autres arguments
cli-bad-arguments = { $reason }
cli-see-help = lab --help
value-command = COMMANDE
value-lang = LANGUE
value-dir = DOSSIER
value-lab = LAB
value-name = NOM
value-id = ID
value-action = ACTION
value-task = TÂCHE
value-task-or-check = TÂCHE|CONTRÔLE
value-format = FORMAT
value-format-is-path = FORMAT=CHEMIN
value-path = CHEMIN
value-service = SERVICE
value-lines = LIGNES
value-shell = SHELL
value-n = N
value-check-or-mutant = CONTRÔLE|MUTANT
help-lab = Des travaux pratiques de cloud sur votre machine, évalués sur ce que fait votre travail
help-any-help = Afficher cette aide
help-any-version = Afficher la version
help-any-lang = Langue : en ou fr (par défaut : LAB_LANG, puis la locale)
help-any-folder = Le dossier du lab (par défaut : le dossier courant)
help-any-log = Ajouter à un fichier le journal de ce que fait lab, en lignes JSON
help-list = Lister les labs et votre progression
help-start = Créer le dossier d'un lab et démarrer son bac à sable
help-start-lab = Le nom du lab, ou le chemin de votre propre lab (par défaut : celui du dossier courant)
help-start-learner = Un identifiant donné par votre enseignant
help-start-yes = Télécharger ou construire les images sans demander
help-task = Afficher le texte d'une tâche
help-task-task = Son nom ou son numéro (par défaut : la tâche courante)
help-check = Évaluer le dossier dans une salle blanche toute neuve
help-check-names = Tâches ou contrôles (par défaut : la tâche courante et celles qui sont finies)
help-check-all = Tout évaluer
help-check-format = human, json, junit, check50, gradescope, markdown, html ou github (par défaut : human)
help-check-trace = Afficher sur la sortie d'erreur ce que chaque sonde a vu et comment c'est jugé
help-check-watch = Relancer les contrôles à chaque enregistrement, jusqu'à Ctrl-C ; Entrée les lance aussitôt
help-check-report = Écrire aussi un rapport dans un fichier, comme junit=out.xml ; peut être répété
help-report = Afficher à nouveau le dernier résultat
help-report-lab = Le lab (par défaut : celui du dossier courant)
help-report-format = human, json, junit, check50, gradescope, markdown, html ou github (par défaut : human)
help-report-report = Écrire aussi un rapport dans un fichier, comme junit=out.xml ; peut être répété
help-status = Afficher votre progression, sans évaluer
help-status-lab = Le lab (par défaut : celui du dossier courant)
help-env = Afficher les adresses et les clés du bac à sable
help-env-lab = Le lab (par défaut : celui du dossier courant)
help-shell = Ouvrir un terminal à côté des services
help-shell-command = Une commande à y lancer au lieu d'un shell
help-logs = Afficher les journaux des services
help-logs-service = Le service (par défaut : tous)
help-logs-follow = Continuer d'afficher les nouvelles lignes
help-logs-tail = Nombre de lignes depuis la fin (par défaut : 100)
help-stop = Arrêter le bac à sable ; votre dossier et ses données sont gardés
help-stop-lab = Le lab (par défaut : celui du dossier courant)
help-stop-data = Supprimer aussi les données des services
help-restart = Recréer un service du bac à sable
help-restart-service = Le service (par défaut : tous)
help-hint = Lire l'indice suivant ; il est consigné et ne coûte aucun point
help-hint-name = Une tâche ou un contrôle (par défaut : le premier contrôle échoué, sinon la tâche courante)
help-hint-again = Afficher à nouveau les indices déjà lus
help-do = Lancer une action du lab : trafic, panne, réparation
help-do-action = L'action (par défaut : les lister)
help-open = Ouvrir dans le navigateur le site du bac à sable
help-open-name = L'adresse, par son nom dans le lab (par défaut : le site)
help-reset = Repartir du squelette de départ, après une sauvegarde ; avec une tâche, oublier seulement ses verdicts
help-reset-task = Oublier seulement les verdicts et les versions échouées de cette tâche ; les fichiers restent
help-reset-yes = Ne pas demander de confirmation
help-solution = Copier une solution à côté de votre dossier, une fois toutes les tâches principales réussies
help-solution-name = La solution (par défaut : les lister)
help-solution-give-up = Les afficher plus tôt ; c'est consigné
help-test = Prouver un lab : le départ échoue, les solutions réussissent, chaque mutant est rejeté
help-test-labs = Des labs, par nom ou chemin (par défaut : celui où se trouve le dossier courant)
help-test-all = Tous les labs
help-test-jobs = Salles blanches simultanées (par défaut : ce que dit le lab, sinon deux par cœur)
help-test-only = Seulement ce qui concerne ce contrôle, ce mutant ou cette solution ; peut être répété
help-test-repeat = Juger chaque dossier autant de fois, pour trouver les contrôles instables (par défaut : 1)
help-test-format = human, json ou junit (par défaut : human)
test-no-lab = aucun lab n'est nommé, et le dossier courant n'est pas dans un lab
hint-test-lab = nommez-en un, ou testez-les tous : lab test static-site · lab test --all
help-images = Lister les images dont les labs ont besoin, et celles qui manquent
help-images-labs = Des labs par leur nom (par défaut : tous)
help-images-prepare = Télécharger ou construire celles qui manquent
help-images-format = human ou json (par défaut : human)
images-image = IMAGE
images-labs = LABS
images-state = ÉTAT
images-to-pull = à télécharger
images-to-build = à construire
images-optional = absente, facultative
images-all-there = toutes les images nécessaires sont là
images-missing = il manque { $missing } images sur { $count } : lancez `lab images --prepare` pour les obtenir
help-bundle = Écrire des labs et leurs images dans un lot hors ligne, pour des machines sans réseau
help-bundle-labs = Des labs par leur nom (par défaut : tous)
help-bundle-output = Le fichier à écrire (par défaut : labs.tar)
help-load = Charger un lot hors ligne ; ses labs s'utilisent ensuite comme les autres
help-load-file = Le lot
value-file = FICHIER
value-text = TEXTE
value-check = CONTRÔLE
bundle-exists = `{ $path }` existe déjà
hint-bundle-output = choisissez un autre fichier : lab bundle --output FICHIER
bundle-written = { $file }, { $size } : { $labs }
bundle-next = sur l'autre machine : lab bundle load { $file }
bundle-missing = il n'y a pas de fichier `{ $path }`
bundle-not-one = `{ $path }` n'est pas un lot hors ligne
hint-bundle-write = créez-en un avec `lab bundle`
bundle-newer = `{ $path }` a été écrit par un lab plus récent (format { $format }) : mettez celui-ci à jour
bundle-leads-out = `{ $path }` contient `{ $entry }`, qui mène hors du lot : rien n'a été chargé
bundle-too-large = `{ $path }` contient plus qu'un lot ne peut contenir : rien n'a été chargé
bundle-bad-head = `{ $path }` est abîmé : sa liste de labs est invalide ({ $reason }) ; rien n'a été chargé
bundle-unnamed-image = `{ $path }` contient l'image `{ $image }`, que sa liste ne nomme pas : rien n'a été chargé
bundle-replaces-image = `{ $path }` contient une image `{ $image }` différente de celle de cette machine : rien n'a été chargé
hint-bundle-replaces = si vous faites confiance à ce lot, supprimez d'abord votre image : docker rmi { $image }
packed-odd = `{ $path }` contient `{ $entry }`, que `lab` n'écrit jamais (un périphérique, un tube, un lien physique ou un nom en double) : rien n'a été chargé
bundle-loaded = { $labs } : { $images ->
    [0] aucune image
    [one] une image chargée
   *[other] { $images } images chargées
  }
bundle-other-version = Le lot a été écrit par lab { $theirs }, et celui-ci est lab { $ours }.
bundle-rebuild = Il faudra peut-être reconstruire des images, ce qui demande un réseau.
bundle-bad-lab = `{ $path }` contient le lab `{ $lab }`, que cette version de lab ne peut pas lire : rien n'a été chargé
bundle-place = { $file }, ligne { $line }, colonne { $column }
help-doctor = Examiner cette machine et dire ce qu'il faut corriger
help-doctor-bundle = Écrire aussi un fichier pour signaler un bogue (tar.gz), sans vos noms
log-level = `LAB_LOG` vaut `{ $value }`, qui n'est pas un niveau de journal
hint-log-level = utilisez `LAB_LOG=debug`, ou `error`, `warn`, `info`, `trace`
doctor-bundle = `{ $path }` contient ce qu'il faut pour signaler un bogue : versions, moteur, identifiants des labs, résultats de cette commande et dernier journal. Votre dossier personnel, votre nom d'utilisateur et le nom de la machine en ont été retirés ; relisez-le avant de le joindre.
help-gc = Supprimer ce qu'ont laissé des exécutions interrompues
help-gc-all = Supprimer aussi tous vos bacs à sable
help-completions = Afficher un script d'autocomplétion pour votre shell
help-new = Créer un petit lab à soi, prêt à l'emploi, comme point de départ
help-new-id = Son identifiant, qui est aussi le nom de son dossier
help-new-languages = Les langues de ses textes : en, fr ou les deux (par défaut : les deux)
new-laid = { $folder } : un lab de { $files } fichiers a été créé
new-next-read = commencez par { $file }, qui s'explique lui-même
new-next-lint = lab lint { $folder }    cherche les erreurs
new-next-test = lab test { $folder }    prouve que ses contrôles rejettent un travail faux
new-next-start = lab start { $folder }   ce que lance un apprenant
new-exists = `{ $folder }` existe déjà, et rien n'y a été modifié
hint-new-other = choisissez un autre identifiant, ou déplacez ce dossier
help-schema = Afficher le schéma JSON des fichiers de lab, pour l'autocomplétion des éditeurs
help-schema-reference = Afficher plutôt la référence des sondes, sélecteurs et conditions, en Markdown
help-schema-lab = Avec les sondes livrées avec ce lab, au lieu de celles des labs fournis
help-lint = Chercher les erreurs dans des labs, et ce qui rend les contrôles injustes
help-lint-paths = Un lab, un dossier de labs ou le nom d'un lab (par défaut : le dossier courant)
help-lint-format = human, json ou github (par défaut : human)
no-labs-here = `{ $path }` n'est ni un lab, ni un dossier de labs
hint-lint-path = nommez un dossier qui contient un lab.yaml, ou un dossier de tels dossiers ; `lab lint` seul examine le dossier courant
help-completions-shell = bash, elvish, fish, powershell ou zsh
list-lab = LAB
list-title = TITRE
list-level = NIVEAU
list-time = DURÉE
list-you = PROGRESSION
list-start = Pour en commencer un : lab start { $lab }
level-beginner = débutant
level-intermediate = intermédiaire
level-advanced = avancé
points-of = { $earned }/{ $total } { $total ->
    [one] point
   *[other] points
  }
not-started-yet = pas commencé
time-minutes = { $minutes } min
time-hours = { $hours } h
time-hours-minutes = { $hours } h { $minutes } min
about-time = environ { $time }
start-folder-label = dossier
start-folder = { $folder }, { $files ->
    [0] aucun fichier
    [one] un fichier
   *[other] { $files } fichiers
  } de départ
start-repository = un nouveau dépôt, aucun commit
task-limit = `{ $command }` après { $limit }
task-limits = `lab check` arrête { $limits } ; plus tard si la machine est occupée.
task-page = { $title } · hors barème
start-images-label = images
start-missing = Images manquantes : { $images }
start-ask = Elles sont téléchargées ou construites une seule fois, ce qui peut prendre quelques minutes. Continuer ? [O/n]
start-not-now = rien n'a été démarré ; { $folder } est gardé. Pour continuer : { $again }
start-kept = { $folder } est gardé ; pour continuer : { $again }
start-nothing-to-do = déjà en marche, rien à faire ({ $milliseconds } ms)
start-keys = clés : lab env
start-task = Tâche { $number } sur { $count } : { $title }
start-cd = cd { $folder }, puis :
start-shell = un terminal à côté des services
start-check = évalue ce dossier dans une salle blanche toute neuve
folder-is-roots = Ce dossier appartient à root : les commandes de la boîte à outils tournent donc sous root, sans ses privilèges.
env-only-inside = Définies seulement dans `lab shell`, car des programmes de cette machine pourraient en tenir compte : { $names }
env-note = `lab shell` les définit, avec les adresses du réseau du lab ; depuis cette machine :
status-running = en marche : { $services } · lab env
status-stopped = le bac à sable ne tourne pas · lab start
status-engine = l'état du bac à sable est inconnu : { $reason }
stopped = { $lab } est arrêté ; votre dossier n'a pas changé
data-kept = les données de ses services sont gardées · `lab stop --data` les supprime
data-removed = les données de ses services ont été supprimées ({ $volumes ->
    [one] un volume
   *[other] { $volumes } volumes
  })
was-not-running = { $lab } ne tournait pas
restarted = recréé : { $services }
gc-kept = gardé : { $project } ({ $objects ->
    [one] { $objects } objet
   *[other] { $objects } objets
  }, { $folder })
gc-at-work = gardé : { $project } ({ $folder }) : une autre commande lab l'utilise
gc-removed = supprimé : { $project }
gc-failed = impossible de supprimer { $project } : { $reason }
gc-sum = { $count ->
    [0] rien à supprimer
    [one] un environnement supprimé
   *[other] { $count } environnements supprimés
  }
doctor-engine = moteur Docker { $version }, API { $api }
doctor-podman = c'est Podman : cela peut fonctionner, mais n'est pas testé
doctor-socket = socket { $socket }, { $found }
doctor-found-docker-host = donné par DOCKER_HOST
doctor-found-context = donné par le contexte docker { $name }
doctor-found-usual = à l'emplacement habituel
doctor-environments = { $playgrounds ->
    [0] aucun bac à sable
    [one] un bac à sable
   *[other] { $playgrounds } bacs à sable
  } et { $rooms ->
    [0] aucune salle blanche
    [one] une salle blanche
   *[other] { $rooms } salles blanches
  } à vous
doctor-left = { $count ->
    [one] il reste un environnement d'une exécution terminée : { $names }
   *[other] il reste { $count } environnements d'exécutions terminées : { $names }
  }
doctor-gc = supprimez ce qui reste : `lab gc`
doctor-stuck = le moteur tourne, mais n'a pas répondu pendant { $seconds } s
doctor-stuck-hint = redémarrez-le, ce qui arrête tout ce qu'il fait tourner : `sudo systemctl restart docker`
doctor-traffic = les conteneurs communiquent entre eux et avec cette machine
doctor-traffic-not = les conteneurs démarrent, mais restent injoignables : un pare-feu bloque le trafic des ponts de Docker
doctor-traffic-hint = laissez le moteur réécrire ses règles de pare-feu : `sudo systemctl restart docker` ; si cela ne suffit pas, soustrayez au pare-feu le trafic interne à un pont : `sudo sysctl net.bridge.bridge-nf-call-iptables=0`
doctor-traffic-unknown = le trafic entre conteneurs n'a pas été testé : l'image nécessaire manque
doctor-traffic-unknown-hint = créez-la, puis réessayez : `lab images --prepare`
doctor-registry = le registre { $name } répond
doctor-registry-silent = le registre { $name } ne répond pas
doctor-registry-hint = ce qui est déjà là fonctionne sans lui, et `lab images` liste ce qui manque ; sur une machine connectée, `lab bundle` écrit tout dans un fichier, et `lab bundle load FICHIER` le charge ici
doctor-memory = { $megabytes } Mio de mémoire libre
doctor-memory-hint = les labs ont besoin de { $wanted } Mio : fermez d'autres programmes, ou supprimez les bacs à sable inutiles avec `lab gc --all` ; dans Docker Desktop, augmentez la limite sous Settings, Resources
doctor-clock = l'horloge est à l'heure
doctor-clock-agrees = les horloges de cette machine et du moteur concordent
doctor-clock-wrong = l'horloge indique le { $date }, passé depuis longtemps : certificats et signatures seront refusés
doctor-clock-hint = mettez-la à l'heure : `sudo timedatectl set-ntp true`
doctor-clock-apart = l'horloge du moteur a { $seconds } s d'écart avec celle de cette machine : les signatures seront refusées
doctor-clock-apart-hint = redémarrez la machine où tourne le moteur : `wsl --shutdown` depuis Windows, ou redémarrez Docker Desktop
doctor-wsl = { $folder } est sur un disque Windows : lent, et sans les permissions de Linux
doctor-wsl-hint = travaillez dans le système de fichiers de Linux : `cd ~`, puis `lab start` à cet endroit
doctor-user = l'utilisateur { $name } de cette machine a l'identifiant { $id }, que les labs donnent à leurs services : il pourrait lire les secrets de ces services
doctor-user-hint = donnez-lui un autre identifiant : `sudo usermod --uid ID { $name }`
doctor-users-unasked = l'annuaire des utilisateurs n'a pas répondu en 5 secondes : les identifiants des services des labs n'ont été cherchés que dans /etc/passwd
doctor-users-unasked-hint = voyez si cette commande se termine vite : `getent passwd 65520`
doctor-state = { $path } est accessible en écriture
doctor-state-hint = devenez-en propriétaire : `sudo chown -R $USER { $path }`
doctor-disk = { $gigabytes } Gio libres dans { $folder }
doctor-disk-unknown = l'espace disque libre est inconnu
doctor-sum = { $count ->
    [0] aucun problème trouvé
    [one] un problème trouvé
   *[other] { $count } problèmes trouvés
  }
no-such-lab = lab inconnu : `{ $name }` ; labs connus : { $known }
no-such-task = tâche inconnue : `{ $name }` ; tâches connues : { $known }
no-such-check = tâche ou contrôle inconnu : `{ $name }` ; noms connus : { $known }
no-such-service = service inconnu : `{ $name }` ; services connus : { $known }
no-such-action = action inconnue : `{ $name }` ; actions connues : { $known }
no-actions = { $lab } ne propose aucune action
no-tasks = ce lab n'a aucune tâche
lab-folder-missing = il n'y a pas de dossier { $path }
not-in-a-folder = ce n'est pas le dossier d'un lab
not-started = { $lab } n'est pas encore commencé
other-learner = ce dossier appartient à l'apprenant `{ $learner }`, pas à `{ $id }`
record-unreadable = { $path } est illisible : { $reason }
folder-not-empty = { $folder } n'est pas vide et n'appartient pas à ce lab : rien n'a été modifié
no-starter = le lab n'a pas de squelette de départ : { $starter } manque
playground-not-running = le bac à sable de { $lab } ne tourne pas
open-git = `{ $path }` est un lien, ou désigne un endroit de ce dossier : du code du bac à sable pourrait rediriger git vers ses propres fichiers
hint-open-git = mettez-y le dépôt lui-même, ou un fichier qui désigne un endroit hors de ce dossier, comme le font `git worktree` et `git submodule`
playground-busy = une autre commande lab utilise ce bac à sable depuis une minute : réessayez quand elle aura fini
docker-command-missing = impossible de lancer la commande `docker` : { $reason }
file-failed = { $path } : { $reason }
not-a-file = `{ $path }` devrait être un fichier, et c'est { $kind ->
    [folder] un dossier
    [link] un lien
    [pipe] un tube
    [socket] un socket
   *[device] un périphérique
 }
file-too-large = `{ $path }` est trop grand : { $limit } Kio au plus sont attendus
another-users = `{ $path }` appartient à un autre utilisateur : lab n'y enregistre rien
hint-another-users = donnez à HOME un dossier à vous, ou faites supprimer celui-là
hint-not-a-file = supprimez ou renommez { $path }, puis réessayez
progress-not-kept = impossible d'enregistrer votre progression dans { $path } : { $reason }
set-aside = impossible de lire { $path } ({ $reason }) ; il a été déplacé vers { $now }, et un nouveau a été créé.
made-elsewhere = { $service } n'a jamais répondu : l'environnement est recréé une fois, sur d'autres sous-réseaux
left-out = { $path } : ignoré par votre { $gitignore }, non copié
left-out-more = et { $count } autres chemins ignorés par vos fichiers .gitignore
not-isolated = ce moteur n'isole pas les salles blanches : { $address } a été atteint de l'intérieur. Le contrôle continue, mais n'évaluez pas une classe sur cette machine.
isolation-no-seccomp = ce moteur ne filtre pas les appels système (seccomp) : un programme d'une salle blanche pourrait ouvrir des sockets qui contournent son réseau, comme vsock
isolation-unknown = impossible de vérifier si ce moteur isole les salles blanches : cela demande bash dans la boîte à outils du lab. Le contrôle continue, mais n'évaluez pas une classe sur cette machine.
second-look-busy = { $count ->
    [one] cette machine était trop occupée pour évaluer { $count } contrôle : il est réévalué, seul
   *[other] cette machine était trop occupée pour évaluer { $count } contrôles : ils sont réévalués, seuls
}
second-look-broke = { $count ->
    [one] quelque chose a cassé avant le verdict de { $count } contrôle : il est réévalué, et une solution du lab aussi si cela casse de nouveau
   *[other] quelque chose a cassé avant le verdict de { $count } contrôles : ils sont réévalués, et une solution du lab aussi si cela casse de nouveau
}
room-is-open = la salle blanche de ce lab a accès au réseau : { $why }
service-unavailable = { $service } n'est pas disponible sur cette machine : { $reason }
service-not-there = { $service } n'est pas disponible sur cette machine
swept = { $count ->
    [one] un environnement laissé par une exécution précédente a été supprimé
   *[other] { $count } environnements laissés par des exécutions précédentes ont été supprimés
  }
cleaning-up = interruption : nettoyage en cours
still-cleaning-up = nettoyage toujours en cours ; la prochaine commande lab supprimera ce qui reste
waits-for-another-command = en attente d'une autre commande lab, qui utilise ce bac à sable
copy-not-a-folder = { $path } n'est pas un dossier
copy-link-leads-out = { $path } est un lien vers { $target }, hors de votre dossier : rien n'a été jugé
copy-link-absolute = { $path } est un lien vers le chemin absolu { $target } : rien n'a été jugé
copy-links-tangled = les liens de { $path } forment une boucle : rien n'a été jugé
copy-too-big = votre dossier contient { $bytes } Mio, plus que les { $limit } Mio qui peuvent être copiés : rien n'a été jugé
copy-too-many-files = votre dossier contient plus de { $limit } fichiers : rien n'a été jugé
copy-too-deep = { $path } est à plus de { $limit } dossiers de profondeur : rien n'a été jugé
copy-special-file = { $path } ne peut pas être copié ({ $kind }) : rien n'a été jugé
copy-unreadable = { $path } ne peut pas être lu ({ $reason }) : rien n'a été jugé
copy-changed = { $path } n'a cessé de changer pendant la copie : rien n'a été jugé
copy-archive = impossible d'écrire la copie de votre dossier : { $reason }
detail-kept = gardé
detail-largest = { $megabytes } Mio
hint-list = lab list
hint-cd-or-start = allez dans le dossier d'un lab, ou commencez un lab : lab list · lab start static-site
hint-start = lab start { $lab }
hint-other-folder = lancez-la là où un nouveau dossier peut être créé, ou nommez-en un : lab start LAB --folder DOSSIER
hint-other-learner = retirez --as, ou créez un dossier pour cet apprenant : lab start { $lab } --as { $id } --folder DOSSIER
hint-record = votre travail est intact ; `lab start` dans un autre dossier crée un nouveau .lab, que vous pouvez copier ici
path-not-utf8 = le chemin `{ $path }` n'est pas en UTF-8, et un moteur de conteneurs ne peut pas désigner un tel dossier
hint-path-not-utf8 = renommez ou déplacez le dossier
hint-link = copiez le fichier dans votre dossier au lieu d'y faire un lien
hint-gitignore = indiquez dans .gitignore ce qui ne fait pas partie de votre travail : ce ne sera pas copié
hint-install-docker-cli = installez-la : sudo apt-get install docker-cli, ou docker.io
status-given-up = abandonné : les solutions ont été affichées avant que toutes les tâches principales soient réussies
hint-of = Indice { $number } sur { $count }
hint-recorded = C'est consigné ; il ne coûte aucun point.
hint-next-ready = Vous pouvez déjà lire le suivant : { $command }
hint-next-locked = L'indice suivant s'ouvrira après { $count ->
    [one] un nouvel essai manqué
   *[other] { $count } nouveaux essais manqués, tous différents,
  } dans cette tâche : lab check
hint-was-last = C'était le dernier. Pour les relire : { $command } --again
hint-read-again = { $count ->
    [one] Pour relire celui que vous avez lu
   *[other] Pour relire les { $count } que vous avez lus
  } : { $command } --again
hint-none-read = Vous n'avez encore lu aucun de ces indices.
hint-all-read = { $count ->
    [one] Vous avez lu le seul indice.
   *[other] Vous avez lu les { $count } indices.
  }
hint-none = Il n'y a pas d'indice ici. Le texte de la tâche peut aider : lab task
hint-all-passed = Toutes les tâches sont réussies : plus aucun indice n'est utile. Pour l'une d'elles : lab hint TÂCHE
open-no-browser = Aucun navigateur trouvé : ouvrez l'adresse vous-même.
open-nothing = { $lab } n'a aucune adresse à ouvrir
no-such-address = adresse inconnue : `{ $name }` ; adresses connues : { $known }
reset-ask = Remettre les fichiers de départ dans { $folder } ? Tout ce qui s'y trouve est d'abord déplacé dans une sauvegarde, à côté. [o/N]
reset-ask-task = Oublier les verdicts de { $task } ? Vos fichiers restent tels quels. [o/N]
reset-needs-yes = impossible de demander confirmation ici : rien n'a été modifié
hint-reset-yes = pour recommencer sans confirmation : lab reset --yes
reset-not-done = Rien n'a été modifié.
reset-backup = sauvegarde : vos fichiers et votre progression sont dans { $backup }
reset-files = { $folder } contient à nouveau { $files ->
    [one] le fichier
   *[other] les { $files } fichiers
  } de départ ; .git n'a pas changé
reset-cd = le dossier de votre terminal a été déplacé dans la sauvegarde : cd { $folder }
reset-playground = le bac à sable est arrêté et les données de ses services sont supprimées : `lab start` en crée un nouveau
reset-playground-unknown = l'état du bac à sable est inconnu ({ $reason }) : les données de ses services n'ont pas changé
reset-progress = toutes les tâches recommencent ; les indices que vous avez lus restent consignés
reset-task = { $task } recommence ; vos fichiers et les indices que vous avez lus restent
reset-next = Ensuite : lab task · lab check
no-solutions = { $lab } n'a pas de solution à montrer
no-such-solution = solution inconnue : `{ $name }` ; solutions connues : { $known }
solution-not-yet = les solutions s'ouvrent quand toutes les tâches principales sont réussies ; { $count ->
    [one] il en reste une
   *[other] il en reste { $count }
  } : { $tasks }
hint-solution = réussissez-les (lab check · lab hint), ou abandonnez pour voir les solutions maintenant, ce qui est consigné : lab solution --give-up
solution-given-up = C'est consigné : vous avez abandonné. Vous pouvez continuer quand même ; les points comptent comme avant.
solution-list = { $count ->
    [one] une solution, qui passe tous les contrôles
   *[other] { $count } solutions, qui passent toutes tous les contrôles
  }
solution-choose = Pour en copier une à côté de votre dossier : lab solution { $name }
solution-laid = { $folder } est une copie de la solution, à lire, modifier et comparer
solution-there = { $folder } existe déjà et n'a pas été modifié ; pour obtenir une copie neuve, déplacez-le
solution-files = { $count ->
    [one] un fichier
   *[other] { $count } fichiers
  } : { $files }
solution-compare = Pour comparer, la vôtre d'abord :

## Contestations
help-dispute = Mettre un verdict que vous contestez dans un fichier pour votre enseignant
help-dispute-check = Le contrôle
help-dispute-message = Votre commentaire pour l'enseignant
help-dispute-output = Le fichier (par défaut : .lab/local/dispute-CONTRÔLE.tar.gz)
help-test-with = Juger à nouveau un fichier de lab dispute ; peut être répété
dispute-written = { $file } : le verdict, ce que le contrôle a vu, et { $count ->
    [0] aucun fichier
    [one] votre fichier
   *[other] vos { $count } fichiers
}
dispute-next = donnez-le à votre enseignant, qui lance : lab test --with { $file }
dispute-passes = `{ $check }` est réussi : il n'y a rien à contester
dispute-unavailable = `{ $check }` n'est pas jugé sur cette machine : il n'y a rien à contester
dispute-waits = `{ $check }` n'a pas de verdict propre : il est bloqué par `{ $on }`
hint-dispute = lab dispute { $check }
dispute-not-one = `{ $path }` n'est pas un fichier de `lab dispute`
dispute-newer = `{ $path }` a été écrit par un lab plus récent (format { $format })
dispute-too-large = `{ $path }` contient plus qu'un dossier ne peut contenir
dispute-leads-out = `{ $path }` contient `{ $entry }`, qui mène hors de son dossier
dispute-other-lab = la contestation porte sur le lab `{ $of }`, pas sur `{ $lab }`
hint-dispute-lab = lab test { $of } --with FICHIER
dispute-about = { $name } : `{ $check }` est contesté ; il a été jugé par lab { $judged } avec la version { $version } de son lab
dispute-version = le lab était alors en version { $version }, il est maintenant en version { $now }
dispute-keep = juste, et réussi à présent ; pour le garder comme solution : mkdir { $folder } && tar -xzf { $file } --strip-components=1 -C { $folder } folder
value-allow = NOM@EMPREINTE
help-any-allow = Accorder à un lab ce qu'il lui faut au-delà des limites habituelles ; son refus dit quoi écrire
consent-needed = le lab `{ $lab }` ({ $path }) demande à cette machine plus que ce que les labs obtiennent par défaut
consent-refused = refusé : rien n'a été démarré
consent-capability = la capacité { $name } pour `{ $service }`
consent-network = l'accès au réseau, y compris pour les programmes des apprenants
lint-consent = { $path } : quiconque lance ce lab doit d'abord lui accorder { $what }
lint-limit = { $path } : `{ $part }` obtient au plus la mémoire de cette machine et { $pids } processus
lint-user = { $path } : `{ $service }` tourne sous l'utilisateur { $user }, qui peut exister sur une machine ; les identifiants de { $from } à { $to } ne sont à personne
consent-ask = Faites-vous confiance à son auteur pour cela ? [o/N]
hint-consent = si vous faites confiance à son auteur : --allow { $allow }
detail-line = { $name } : { $text }
learner-of-folder = Ce dossier a été commencé sur une autre machine : ses valeurs sont celles de l'apprenant `{ $learner }`, selon .lab/lab.json.
judge-changed = Le lab a changé depuis le dernier contrôle de ce dossier : maintenant { $now }, avant { $before }.
another-labs-folder = ce dossier appartient au lab `{ $lab }`, mais le lab trouvé pour lui est maintenant `{ $found }`
hint-start-path = si le lab est dans un dossier à vous : lab start CHEMIN/{ $lab }
hint-own-lab = un lab à vous se désigne par un chemin : { $path }
list-wrong = ✘ { $why } (lab lint { $path })

## Ce que le système dit d'un fichier ou d'une adresse
system-not-found = fichier ou dossier introuvable
system-denied = accès refusé
system-exists = il existe déjà
system-not-a-folder = ce n'est pas un dossier
system-a-folder = c'est un dossier
system-not-empty = le dossier n'est pas vide
system-full = il n'y a plus de place sur le disque
system-quota = le quota de disque est atteint
system-read-only = le système de fichiers est en lecture seule
system-refused = connexion refusée
