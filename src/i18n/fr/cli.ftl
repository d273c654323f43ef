# La ligne de commande : l'aide, et ce que disent les commandes.
cli-usage = Utilisation :
cli-commands = Commandes{"\u00A0"}
cli-options = Options{"\u00A0"}
cli-arguments = Arguments{"\u00A0"}
cli-after-help =
    {"  "}Pour commencer :  lab list · lab start static-site
cli-unknown-command = il n'y a pas de commande `{ $name }`
cli-unknown-argument = `{ $name }` n'est pas un argument ici
cli-invalid-value = `{ $value }` ne convient pas pour { $argument } ; conviennent : { $valid }
cli-wrong-value = `{ $value }` ne convient pas pour { $argument }
cli-missing-value = il manque la valeur de { $argument }
cli-missing = il manque { $name }
cli-conflict = { $name } ne va pas avec le reste de la commande
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
help-lab = Des labs de cloud à la maison : de vrais composants, des salles blanches, des verdicts honnêtes
help-any-help = Afficher cette aide
help-any-version = Afficher la version
help-any-lang = Langue : en ou fr (par défaut : LAB_LANG, puis la locale)
help-any-folder = Le dossier du lab (par défaut : le dossier courant)
help-any-log = Ajouter à un fichier ce que fait lab, en lignes JSON
help-list = Lister les labs et votre avancée
help-start = Créer le dossier d'un lab et démarrer son terrain de jeu
help-start-lab = Le nom du lab, ou le chemin d'un lab à vous (par défaut : celui du dossier)
help-start-learner = Un identifiant donné par votre formateur
help-start-yes = Continuer sans demander quand des images doivent être téléchargées ou construites
help-task = Afficher le texte d'une tâche
help-task-task = Son nom ou son numéro (par défaut : la tâche courante)
help-check = Juger le dossier dans une salle blanche, à partir de rien
help-check-names = Tâches ou contrôles (par défaut : la tâche courante et celles qui sont finies)
help-check-all = Tout juger
help-check-format = human, json, junit, check50, gradescope, markdown, html ou github (par défaut : human)
help-check-trace = Montrer sur la sortie d'erreur ce que chaque sonde a vu et comment cela a été jugé
help-check-watch = Contrôler à nouveau à chaque enregistrement, jusqu'à Ctrl-C ; Entrée contrôle aussitôt
help-check-report = Un rapport dans un fichier en plus, comme junit=out.xml ; peut être répété
help-report = Montrer à nouveau le dernier lab check
help-report-lab = Le lab (par défaut : celui du dossier)
help-report-format = human, json, junit, check50, gradescope, markdown, html ou github (par défaut : human)
help-report-report = Un rapport dans un fichier en plus, comme junit=out.xml ; peut être répété
help-status = Montrer où vous en êtes, sans juger
help-status-lab = Le lab (par défaut : celui du dossier)
help-env = Montrer les adresses et les clés du terrain de jeu
help-env-lab = Le lab (par défaut : celui du dossier)
help-shell = Ouvrir un terminal à côté des services
help-shell-command = Une commande à y lancer au lieu d'un shell
help-logs = Montrer ce que disent les services
help-logs-service = Le service (par défaut : tous)
help-logs-follow = Continuer à mesure que la suite arrive
help-logs-tail = Nombre de lignes depuis la fin (par défaut : 100)
help-stop = Arrêter le terrain de jeu ; dossier et données restent tels quels
help-stop-lab = Le lab (par défaut : celui du dossier)
help-stop-data = Retirer aussi ce que gardent ses services
help-restart = Refaire à neuf un service du terrain de jeu
help-restart-service = Le service (par défaut : tous)
help-hint = Lire l'indice suivant ; il est noté, et ne coûte pas de point
help-hint-name = Une tâche ou un contrôle (par défaut : le premier contrôle échoué, sinon la tâche courante)
help-hint-again = Relire ceux que vous avez lus
help-do = Faire une action du lab : trafic, panne, réparation
help-do-action = Quelle action (par défaut : les montrer toutes)
help-open = Ouvrir dans le navigateur le site du terrain de jeu
help-open-name = Quelle adresse, par son nom dans le lab (par défaut : le site)
help-reset = Recommencer le dossier au départ, après une sauvegarde ; avec une tâche, n'oublier que ses verdicts
help-reset-task = N'oublier que les verdicts et les versions échouées de cette tâche ; tous les fichiers restent
help-reset-yes = Ne pas demander
help-solution = Poser une solution à côté de votre dossier, une fois réussies toutes les tâches principales
help-solution-name = La solution (par défaut : les lister)
help-solution-give-up = Les voir avant cela ; c'est noté
help-test = Prouver un lab : le départ échoue, les solutions passent, chaque mutant est refusé
help-test-labs = Des labs, par nom ou chemin (par défaut : celui d'ici)
help-test-all = Tous les labs
help-test-jobs = Salles blanches à la fois (par défaut : ce que dit le lab, sinon deux par cœur)
help-test-only = Seulement ce qui concerne ce contrôle, ce mutant ou cette solution ; peut se répéter
help-test-repeat = Juger chaque dossier tant de fois, pour trouver les contrôles instables (par défaut : 1)
help-test-format = human, json ou junit (par défaut : human)
test-no-lab = il n'y a pas de lab ici
hint-test-lab = nommez-en un, ou dites --all : lab test static-site
help-images = Montrer de quelles images les labs ont besoin, et si elles sont là
help-images-labs = Des labs par leur nom (par défaut : tous)
help-images-prepare = Télécharger ou construire d'un coup tout ce qui manque
help-images-format = human ou json (par défaut : human)
images-image = IMAGE
images-labs = LABS
images-state = ICI
images-to-pull = à télécharger
images-to-build = à construire
images-optional = absente, sans être nécessaire
images-all-there = tout ce qu'il faut est là
images-missing = il en manque { $missing } sur { $count } : lab images --prepare les obtient
help-bundle = Écrire des labs et leurs images dans un seul fichier, pour des machines sans réseau
help-bundle-labs = Des labs par leur nom (par défaut : tous)
help-bundle-output = Le fichier à écrire (par défaut : labs.tar)
help-load = Charger un tel fichier ; ses labs sont ensuite là comme les autres
help-load-file = Le fichier
value-file = FICHIER
value-text = TEXTE
value-check = CONTRÔLE
bundle-exists = `{ $path }` existe déjà
hint-bundle-output = nommez un autre fichier : lab bundle --output FICHIER
bundle-written = { $file }, { $size } : { $labs }
bundle-next = sur l'autre machine : lab bundle load { $file }
bundle-missing = il n'y a pas de fichier `{ $path }` à lire
bundle-not-one = `{ $path }` ne contient pas de labs mis en fichier par `lab bundle`
hint-bundle-write = `lab bundle` en écrit un
bundle-newer = `{ $path }` a été écrit par un lab plus récent (format { $format }) : mettez celui-ci à jour
bundle-leads-out = `{ $path }` contient `{ $entry }`, qui mène au-dehors : rien n'en est gardé
bundle-too-large = `{ $path }` contient plus que des labs : rien n'en est gardé
bundle-bad-head = `{ $path }` n'est pas tel que `lab bundle` l'écrit : sa liste de labs n'est pas juste ({ $reason }). Rien n'en est gardé
bundle-unnamed-image = `{ $path }` contient l'image `{ $image }`, que sa liste ne nomme pas : rien n'en est gardé
bundle-replaces-image = `{ $path }` contient sous le nom `{ $image }` une autre image que cette machine : rien n'en est gardé
hint-bundle-replaces = si vous faites confiance à ce fichier, supprimez d'abord la vôtre : docker rmi { $image }
packed-odd = `{ $path }` contient `{ $entry }`, que `lab` n'écrit pas : un périphérique, un tube, un lien physique ou un nom présent deux fois. Rien n'en est gardé
bundle-loaded = { $labs } : { $images ->
    [one] une image chargée
   *[other] { $images } images chargées
  }
bundle-other-version = Il a été écrit par lab { $theirs }, et celui-ci est { $ours } : avec une autre version, certaines images peuvent devoir être refaites, ce qui demande un réseau.
help-doctor = Examiner cette machine et dire ce qui manque
help-doctor-bundle = Écrire aussi dans un fichier (tar.gz) ce qu'il faut pour signaler un bogue, sans vos noms
log-level = `LAB_LOG` vaut `{ $value }`, qui n'est pas un niveau
hint-log-level = utilisez `LAB_LOG=debug`, ou `error`, `warn`, `info`, `trace`
doctor-bundle = `{ $path }` contient ce qu'il faut pour signaler un bogue : versions, moteur, identifiants des labs, résultats de cette commande et dernier journal. Votre dossier personnel, votre nom d'utilisateur et le nom de la machine en ont été retirés ; relisez-le avant de le joindre.
help-gc = Retirer ce que des labs ont laissé
help-gc-all = Arrêter aussi tous vos terrains de jeu
help-completions = Écrire un script qui complète lab dans votre shell
help-new = Créer un petit lab à soi, prouvé tel quel, d'où partir
help-new-id = Son identifiant, qui est aussi le nom de son dossier
help-new-languages = Les langues de ses textes : en, fr ou les deux (par défaut : les deux)
new-laid = { $folder } : un lab de { $files } fichiers
new-next-read = { $file } s'explique lui-même ; commencez là
new-next-lint = lab lint { $folder }    cherche les erreurs
new-next-test = lab test { $folder }    prouve que ses contrôles attrapent un travail faux
new-next-start = lab start { $folder }/    est ce que fait un apprenant
new-exists = `{ $folder }` existe déjà, et rien n'y a été touché
hint-new-other = donnez un autre identifiant, ou déplacez ce dossier
help-schema = Afficher le schéma JSON des fichiers de lab, par quoi les éditeurs complètent
help-schema-reference = Plutôt la référence des sondes, sélecteurs et conditions, en Markdown
help-schema-lab = Avec les sondes livrées avec ce lab, au lieu de celles des labs fournis
help-lint = Chercher dans des labs les erreurs, et ce qui rend les contrôles injustes
help-lint-paths = Un lab, un dossier de labs ou le nom d'un lab (par défaut : ici)
help-lint-format = human, json ou github (par défaut : human)
no-labs-here = `{ $path }` n'est ni un lab, ni un dossier de labs
hint-lint-path = nommez un dossier qui contient un lab.yaml, ou un dossier au-dessus ; `lab lint` seul regarde ici
help-completions-shell = bash, elvish, fish, powershell ou zsh
list-lab = LAB
list-title = TITRE
list-level = NIVEAU
list-time = DURÉE
list-you = VOUS
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
    [one] un fichier
   *[other] { $files } fichiers
  } de départ
start-repository = un nouveau dépôt, rien n'y est encore enregistré
task-limit = `{ $command }` après { $limit }
task-limits = `lab check` arrête { $limits } ; plus tard si la machine est occupée.
task-page = { $title } · non noté
start-images-label = images
start-missing = Images qui manquent ici : { $images }
start-ask = Leur téléchargement ou leur construction, une seule fois, peut prendre des minutes. Continuer ? [O/n]
start-not-now = rien n'a été démarré ; { $folder } est gardé : { $again }
start-kept = { $folder } : { $again } reprend de là
start-nothing-to-do = tourne déjà, rien à faire ({ $milliseconds } ms)
start-keys = clés : lab env
start-task = Tâche { $number } sur { $count } : { $title }
start-cd = cd { $folder }, puis :
start-shell = un terminal à côté des services
start-check = juge ce dossier dans une salle blanche, à partir de rien
folder-is-roots = Ce dossier appartient à root : les commandes de la boîte à outils tournent donc en root, sans aucun de ses pouvoirs.
env-only-inside = Définis dans `lab shell` seulement, car des programmes de cette machine pourraient en tenir compte : { $names }
env-note = Dans `lab shell` tout cela est déjà défini, avec les adresses du réseau du lab ; depuis cette machine :
status-running = en marche : { $services } · lab env
status-stopped = le terrain de jeu ne tourne pas · lab start
status-engine = le terrain de jeu ne peut pas être interrogé : { $reason }
stopped = { $lab } est arrêté ; votre dossier est resté tel quel
data-kept = les données de ses services sont gardées · lab stop --data les retire
was-not-running = { $lab } ne tournait pas
restarted = refait à neuf : { $services }
gc-kept = gardé : { $project } ({ $objects } objets, { $folder })
gc-at-work = gardé : { $project } ({ $folder }), car une autre commande lab y travaille
gc-removed = retiré : { $project }
gc-failed = n'a pas pu être retiré : { $project } : { $reason }
gc-sum = { $count ->
    [0] rien ne traînait
    [one] un environnement retiré
   *[other] { $count } environnements retirés
  }
doctor-engine = moteur Docker { $version }, API { $api }
doctor-podman = c'est Podman : cela peut marcher, et n'est pas testé
doctor-socket = son socket { $socket }, { $found }
doctor-found-docker-host = donné par DOCKER_HOST
doctor-found-context = donné par le contexte docker { $name }
doctor-found-usual = à sa place habituelle
doctor-environments = { $playgrounds ->
    [0] aucun terrain de jeu
    [one] un terrain de jeu
   *[other] { $playgrounds } terrains de jeu
  } et { $rooms ->
    [0] aucune salle blanche
    [one] une salle blanche
   *[other] { $rooms } salles blanches
  } à vous
doctor-left = { $count ->
    [one] il reste un environnement d'une exécution terminée : { $names }
   *[other] il reste { $count } environnements d'exécutions terminées : { $names }
  }
doctor-gc = retirez ce qui reste : `lab gc`
doctor-stuck = le moteur est là et n'a pas répondu pendant { $seconds } s : il est bloqué
doctor-stuck-hint = redémarrez-le, ce qui met fin à ce qui y tourne : `sudo systemctl restart docker`
doctor-traffic = les conteneurs se joignent entre eux, et cette machine les joint
doctor-traffic-not = les conteneurs démarrent, et rien de ce qu'on leur envoie n'arrive : un pare-feu avale le trafic des ponts de Docker
doctor-traffic-hint = faites réécrire ses règles au moteur : `sudo systemctl restart docker` ; si cela ne suffit pas, tenez le pare-feu à l'écart de ce qui passe dans un même pont : `sudo sysctl net.bridge.bridge-nf-call-iptables=0`
doctor-traffic-unknown = le trafic entre conteneurs n'a pas été essayé : l'image qu'il y faut n'est pas encore là
doctor-traffic-unknown-hint = préparez-la, puis regardez à nouveau : `lab images --prepare`
doctor-registry = le registre { $name } répond
doctor-registry-silent = le registre { $name } ne répond pas
doctor-registry-hint = ce qui est là continue sans lui : `lab images` dit ce qui manque ; sur une machine qui l'a, `lab bundle` écrit tout dans un fichier, et `lab bundle load FICHIER` le reprend ici
doctor-memory = { $megabytes } Mio de mémoire sont libres
doctor-memory-hint = les labs demandent { $wanted } Mio : fermez d'autres programmes, ou retirez les terrains de jeu inutiles avec `lab gc --all` ; donnez-en plus à Docker Desktop dans Settings, Resources
doctor-clock = l'horloge est à l'heure
doctor-clock-agrees = les horloges de cette machine et du moteur sont d'accord
doctor-clock-wrong = l'horloge indique le { $date }, passé depuis longtemps : certificats et signatures seront refusés
doctor-clock-hint = mettez-la à l'heure : `sudo timedatectl set-ntp true`
doctor-clock-apart = l'horloge du moteur est à { $seconds } s de celle de cette machine : les signatures seront refusées
doctor-clock-apart-hint = redémarrez la machine où tourne le moteur : `wsl --shutdown` depuis Windows, ou redémarrez Docker Desktop
doctor-wsl = { $folder } est sur un disque de Windows : lent, et sans les permissions de Linux
doctor-wsl-hint = travaillez dans les fichiers de Linux : `cd ~`, puis `lab start` à cet endroit
doctor-user = l'utilisateur { $name } de cette machine a l'identifiant { $id }, qui est un de ceux des salles, et pourrait lire ce que les services gardent secret
doctor-user-hint = donnez-lui un autre identifiant : `sudo usermod --uid ID { $name }`
doctor-state = { $path } est accessible en écriture
doctor-state-hint = rendez-vous-en propriétaire : sudo chown -R $USER { $path }
doctor-disk = { $gigabytes } Gio libres dans { $folder }
doctor-disk-unknown = l'espace disque libre est inconnu
doctor-sum = { $count ->
    [0] tout est là
    [one] il manque une chose
   *[other] il manque { $count } choses
  }
no-such-lab = il n'y a pas de lab `{ $name }` ; il y a : { $known }
no-such-task = il n'y a pas de tâche `{ $name }` ; il y a : { $known }
no-such-check = il n'y a ni tâche ni contrôle `{ $name }` ; il y a : { $known }
no-such-service = il n'y a pas de service `{ $name }` ; il y a : { $known }
no-such-action = il n'y a pas d'action `{ $name }` ; il y a : { $known }
no-actions = { $lab } ne propose pas d'actions
no-tasks = ce lab n'a pas de tâches
lab-folder-missing = il n'y a pas de dossier { $path }
not-in-a-folder = ce n'est pas le dossier d'un lab
not-started = { $lab } n'est pas encore commencé
other-learner = ce dossier appartient à l'apprenant `{ $learner }`, pas à `{ $id }`
record-unreadable = { $path } est illisible : { $reason }
folder-not-empty = { $folder } n'est pas vide, et n'appartient pas à ce lab : rien n'a été changé
no-starter = le lab n'a pas de dossier de départ : { $starter } manque
playground-not-running = le terrain de jeu de { $lab } ne tourne pas
open-git = `{ $path }` est un lien, ou nomme un endroit de ce dossier : ce qui tourne dans le terrain de jeu pourrait mener git ailleurs, vers ce qu'il a écrit lui-même
hint-open-git = mettez-y le dépôt lui-même, ou un fichier qui nomme un endroit hors de ce dossier, comme le font `git worktree` et `git submodule`
playground-busy = une autre commande lab occupe ce terrain de jeu depuis une minute : réessayez quand elle aura fini
docker-command-missing = la commande docker ne peut pas être lancée : { $reason }
file-failed = { $path } : { $reason }
not-a-file = `{ $path }` est { $kind ->
    [folder] un dossier
    [link] un lien
    [pipe] un tube
    [socket] un socket
   *[device] un périphérique
 }, là où il faut un fichier
file-too-large = `{ $path }` est plus grand qu'un tel fichier ne peut l'être ({ $limit } Kio)
another-users = `{ $path }` appartient à un autre utilisateur : lab n'y gardera rien
hint-another-users = donnez à HOME un dossier à vous ; ou faites supprimer celui-là
hint-not-a-file = supprimez ou renommez { $path }, puis réessayez
progress-not-kept = votre avancée n'a pas pu être gardée dans { $path } : { $reason }
set-aside = { $path } était illisible ({ $reason }). Il est gardé sous { $now }, et un nouveau a été commencé.
made-elsewhere = rien de ce qui a été envoyé à { $service } n'a eu de réponse : tout est refait une fois, à d'autres adresses
left-out = { $path } : ignoré par votre { $gitignore }, pas copié
left-out-more = et { $count } autres chemins que nomment vos fichiers .gitignore
not-isolated = ce moteur n'isole pas les salles blanches : { $address } a été atteint de l'intérieur. Le contrôle continue ; on ne doit pas noter une classe ici.
isolation-no-seccomp = ce moteur n'a pas de filtre d'appels système (seccomp) : un programme dans une salle peut ouvrir des sockets qui contournent son réseau, comme vsock
isolation-unknown = impossible de savoir si ce moteur isole les salles blanches
second-look-busy = { $count ->
    [one] cette machine était trop occupée pour évaluer { $count } contrôle : il est évalué une fois encore, seul
   *[other] cette machine était trop occupée pour évaluer { $count } contrôles : ils sont évalués une fois encore, seuls
}
second-look-broke = { $count ->
    [one] quelque chose a cassé avant le verdict de { $count } contrôle : il est évalué une fois encore, et une solution du lab aussi si cela casse de nouveau
   *[other] quelque chose a cassé avant le verdict de { $count } contrôles : ils sont évalués une fois encore, et une solution du lab aussi si cela casse de nouveau
}
room-is-open = la salle blanche de ce lab a accès au monde : { $why }
service-unavailable = { $service } n'est pas disponible sur cette machine : { $reason }
service-not-there = { $service } n'est pas disponible sur cette machine
swept = { $count ->
    [one] un environnement laissé par une exécution précédente a été retiré
   *[other] { $count } environnements laissés par des exécutions précédentes ont été retirés
  }
cleaning-up = interrompu : nettoyage
still-cleaning-up = nettoyage en cours ; ce qui resterait partira avec la prochaine commande lab
waits-for-another-command = une autre commande lab travaille sur ce terrain de jeu : attente
copy-not-a-folder = { $path } n'est pas un dossier
copy-link-leads-out = { $path } est un lien vers { $target }, hors de votre dossier : rien n'a été jugé
copy-link-absolute = { $path } est un lien vers le chemin absolu { $target } : rien n'a été jugé
copy-links-tangled = les liens autour de { $path } se renvoient l'un à l'autre sans fin : rien n'a été jugé
copy-too-big = votre dossier contient { $bytes } Mio, et { $limit } Mio peuvent être copiés : rien n'a été jugé
copy-too-many-files = votre dossier contient plus de { $limit } fichiers : rien n'a été jugé
copy-too-deep = { $path } est à plus de { $limit } dossiers de profondeur : rien n'a été jugé
copy-special-file = { $path } ne peut pas être copié ({ $kind }) : rien n'a été jugé
copy-unreadable = { $path } ne peut pas être lu ({ $reason }) : rien n'a été jugé
copy-changed = { $path } a changé pendant la copie, plusieurs fois : rien n'a été jugé
copy-archive = la copie de votre dossier ne peut pas être écrite : { $reason }
detail-kept = gardé
detail-largest = { $megabytes } Mio
hint-list = lab list
hint-cd-or-start = allez dans le dossier d'un lab, ou commencez-en un : lab list · lab start static-site
hint-start = lab start { $lab }
hint-other-folder = allez là où un nouveau dossier a sa place, ou nommez-en un : lab start LAB --folder DOSSIER
hint-other-learner = retirez --as, ou faites-lui un dossier : lab start { $lab } --as { $id } --folder DOSSIER
hint-record = votre travail est intact ; `lab start` dans un autre dossier crée un nouveau .lab, que vous pouvez copier ici
hint-link = copiez le fichier dans votre dossier au lieu d'y faire un lien
hint-gitignore = ce qui ne fait pas partie de votre travail, nommez-le dans .gitignore : il ne sera pas copié
hint-install-docker-cli = installez-la : sudo apt-get install docker-cli, ou docker.io
status-given-up = abandonné : les solutions ont été demandées avant que toutes les tâches principales soient réussies
hint-of = Indice { $number } sur { $count }
hint-recorded = C'est noté ; il ne coûte pas de point.
hint-next-ready = Le suivant peut déjà être lu : { $command }
hint-next-locked = Le suivant s'ouvrira après { $count ->
    [one] encore une version de votre dossier qui échoue
   *[other] encore { $count } versions différentes de votre dossier qui échouent
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
hint-all-passed = Toutes les tâches sont réussies : il n'y a plus rien à souffler. Pour l'une d'elles : lab hint TÂCHE
open-no-browser = Pas de navigateur trouvé ici : ouvrez vous-même l'adresse.
open-nothing = { $lab } n'ouvre aucune adresse
no-such-address = il n'y a pas d'adresse `{ $name }` ; il y a : { $known }
reset-ask = Remettre les fichiers de départ dans { $folder } ? Tout ce qui s'y trouve part d'abord dans une sauvegarde, à côté. [o/N]
reset-ask-task = Oublier les verdicts de { $task } ? Vos fichiers restent tels quels. [o/N]
reset-needs-yes = on ne peut demander à personne ici, donc rien n'a été changé
hint-reset-yes = pour recommencer sans question : lab reset --yes
reset-not-done = Rien n'a été changé.
reset-backup = sauvegarde : tout ce qui s'y trouvait est dans { $backup }, votre avancée aussi
reset-files = { $folder } a de nouveau { $files ->
    [one] son fichier
   *[other] ses { $files } fichiers
  } de départ ; .git est resté tel quel
reset-cd = le dossier où était votre terminal est maintenant dans la sauvegarde : cd { $folder }
reset-playground = le terrain de jeu est arrêté, et ce que gardaient ses services a disparu : lab start en fait un nouveau
reset-playground-unknown = le terrain de jeu n'a pas pu être interrogé ({ $reason }) : ce que gardent ses services est resté tel quel
reset-progress = toutes les tâches recommencent ; les indices que vous avez lus restent notés
reset-task = { $task } recommence ; vos fichiers et les indices que vous avez lus restent
reset-next = Ensuite : lab task · lab check
no-solutions = { $lab } n'a pas de solution à montrer
no-such-solution = il n'y a pas de solution `{ $name }` ; il y a : { $known }
solution-not-yet = les solutions s'ouvrent quand toutes les tâches principales sont réussies ; { $count ->
    [one] il en reste une
   *[other] il en reste { $count }
  } : { $tasks }
hint-solution = réussissez-les (lab check · lab hint), ou voyez les solutions maintenant : lab solution --give-up, ce qui est noté
solution-given-up = C'est noté : abandonné. Vous pouvez continuer quand même ; les points comptent comme avant.
solution-list = { $count ->
    [one] une solution, qui réussit tout
   *[other] { $count } solutions, dont chacune réussit tout
  }
solution-choose = Pour en poser une à côté de votre dossier : lab solution { $name }
solution-laid = { $folder } est une copie de la solution, à lire, modifier et comparer
solution-there = { $folder } était déjà là et n'a pas été touché ; déplacez-le pour une copie neuve
solution-files = { $count ->
    [one] un fichier
   *[other] { $count } fichiers
  } : { $files }
solution-compare = Pour comparer, la vôtre d'abord :

## Contestations
help-dispute = Mettre un verdict contesté dans un fichier pour l'enseignant
help-dispute-check = Le contrôle
help-dispute-message = Ce que vous en dites, à lire par l'enseignant
help-dispute-output = Le fichier (par défaut : .lab/local/dispute-CONTRÔLE.tar.gz)
help-test-with = Un fichier de lab dispute, jugé à nouveau ; peut être répété
dispute-written = { $file } : le verdict, ce que le contrôle a vu, et { $count ->
    [one] votre fichier
   *[other] vos { $count } fichiers
}
dispute-next = donnez-le à votre enseignant, qui lance : lab test --with { $file }
dispute-passes = `{ $check }` réussit : il n'y a rien à contester
dispute-unavailable = `{ $check }` n'est pas jugé sur cette machine : il n'y a rien à contester
dispute-waits = `{ $check }` n'a pas de verdict à lui, car il attend `{ $on }`
hint-dispute = lab dispute { $check }
dispute-not-one = `{ $path }` n'est pas un fichier de `lab dispute`
dispute-newer = `{ $path }` a été écrit par un lab plus récent (forme { $format })
dispute-too-large = `{ $path }` contient plus qu'un dossier ne peut contenir
dispute-leads-out = `{ $path }` contient `{ $entry }`, qui mène hors de son dossier
dispute-other-lab = la contestation porte sur le lab `{ $of }`, pas sur `{ $lab }`
hint-dispute-lab = lab test { $of } --with FICHIER
dispute-about = { $name } : `{ $check }` est contesté, jugé par lab { $judged } avec la version { $version } de son lab
dispute-version = le lab était en version { $version } alors et l'est en { $now } maintenant
dispute-keep = juste, et réussit à présent ; pour le garder comme solution : mkdir { $folder } && tar -xzf { $file } --strip-components=1 -C { $folder } folder
value-allow = NOM@EMPREINTE
help-any-allow = Accorder à un lab ce qu'il demande au-delà de ce qui est permis aux labs (son refus dit quoi écrire)
consent-needed = le lab `{ $lab }` ({ $path }) demande à cette machine plus que ce qui est permis aux labs : { $wants }
consent-line = { $what } (sa raison : { $why })
consent-capability = la capacité { $name } pour `{ $service }`
consent-network = le réseau extérieur, y compris pour les programmes des apprenants
lint-consent = { $path } : qui lance ce lab doit d'abord dire s'il lui accorde { $what }
lint-limit = { $path } : `{ $part }` n'aura pas plus de mémoire et de processus que cette machine n'en a, et au plus { $pids } processus
lint-user = { $path } : `{ $service }` tourne sous l'utilisateur { $user }, qui peut être quelqu'un sur une machine où il tourne : les identifiants de { $from } à { $to } ne sont à personne
consent-ask = Faites-vous confiance pour cela à qui l'a écrit ? [o/N]
hint-consent = si vous faites confiance à qui l'a écrit : ajoutez { $allow }
learner-of-folder = Ce dossier n'a pas été commencé sur cette machine : ses valeurs sont celles de l'apprenant `{ $learner }`, selon son .lab/lab.json.
judge-changed = Le lab n'est plus le même qu'au dernier contrôle de ce dossier : { $now }, avant { $before }.
another-labs-folder = ce dossier est fait pour le lab `{ $lab }`, et le lab indiqué pour lui est désormais `{ $found }`
hint-start-path = si le lab est dans un dossier à vous : lab start CHEMIN/{ $lab }
list-wrong = ✘ { $path } : { $why }
