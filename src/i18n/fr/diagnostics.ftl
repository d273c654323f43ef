# Ce que disent le chargeur et le vérificateur à propos des fichiers d'un lab.
template-unclosed = `{ $rest }` : un `{"${"}` demande un nom et un `{"}"}` qui le ferme ; écrivez `$$` devant une accolade pour la garder telle quelle
selector-bad-css = `{ $selector }` n'est pas un sélecteur CSS : { $reason }
selector-bad-path = `{ $selector }` n'est pas un JSONPath : { $reason }
selector-cut-at-hash = `{ $selector }` n'a rien à sélectionner : un `#` dans un texte sans guillemets commence un commentaire ; mettez tout le sélecteur entre guillemets
bad-glob = `{ $pattern }` n'est pas un motif de chemins : { $reason }
selector-too-long = un sélecteur a au plus { $limit } octets
selector-too-deep = un sélecteur a des crochets ou parenthèses sur au plus { $limit } niveaux
bad-pattern = `{ $pattern }` n'est pas une expression rationnelle : { $reason }
bad-requirement = `{ $requirement }` n'est pas une exigence de version : { $reason } ; écrivez-en une comme `>=1.2, <2`
bad-cel = ce n'est pas une expression CEL : { $reason }
cel-too-long = une expression CEL a au plus { $limit } octets
cel-too-deep = une expression CEL a des crochets, signes et conditions imbriqués sur au plus { $limit } niveaux
cel-too-many-operators = une expression CEL a au plus { $limit } opérateurs et points
cel-too-nested = une expression CEL imbrique `all`, `exists`, `map` et `filter` sur au plus { $limit } niveaux
bad-schema = ce n'est pas un JSON Schema que `lab` utilise : { $reason }
http-two-methods = une requête a une seule méthode, et `{ $key }` en est une deuxième
http-two-bodies = une requête a un seul corps, et `{ $key }` en est un deuxième
number-out-of-range = `{ $key }` vaut { $number } : écrivez un nombre de 1 à { $most }
http-no-method = une requête demande une méthode avec son URL, par exemple `get: "http://…"`
exec-nothing-to-run = `run` est vide : écrivez le programme et ses arguments
s3-shape = `s3` demande une seule chose : `list` (avec ou sans `prefix`), `head` ou `get` ; et `access-key` va avec `secret-key`
terraform-shape = `terraform` fait une seule chose, dans un seul dossier : `validate`, `fmt`, `plan`, `apply`, `destroy`, `output`, `show` ou `test` ; et `copies` va avec `test`
dashboards-shape = `dashboards` vient d'un seul endroit : `provisioning` ou `grafana`
prometheus-shape = `prometheus` demande une seule chose : `query` (avec ou sans `over`, et alors `step`), `targets`, `rules` ou `alerts`
bad-name = `{ $name }` n'est pas un nom : des minuscules, des chiffres et des traits d'union simples, une lettre d'abord, 40 au plus ; écrivez `{ $suggestion }`
bad-name-no-suggestion = `{ $name }` n'est pas un nom : des minuscules, des chiffres et des traits d'union simples, une lettre d'abord, 40 au plus
bad-duration = `{ $text }` n'est pas une durée : écrivez un nombre et son unité, par exemple `30s`, `5m`, `1h`
bad-size = `{ $text }` n'est pas une taille : écrivez un nombre et son unité, par exemple `64KiB`, `256MiB`, `1GiB`
two-probes = un contrôle a une seule sonde : `{ $first }` en est une et `{ $second }` en est une autre
no-probe = il manque une sonde : une parmi { $kinds }
belongs-to-steps = `{ $key }` appartient aux étapes d'un scénario : écrivez-le là
finally-alone = `finally` va avec un `scenario` : écrivez la sonde comme son unique étape
unknown-key = aucune clé `{ $key }` n'a sa place ici

# La lecture du fichier.
error-heading = erreur
and-more = et { $count } autres
did-you-mean = vouliez-vous dire `{ $near }` ?
lab-unreadable = `{ $path }` ne peut pas être lu : { $reason }
not-a-lab = `{ $path }` n'est pas un lab : il n'a pas de `lab.yaml`
lab-too-big = `{ $path }` a { $bytes } octets, et le fichier d'un lab peut en avoir { $limit }
lab-invalid = { $count ->
    [one] `{ $path }` a une erreur
   *[other] `{ $path }` a { $count } erreurs
}
lab-empty = rien n'est écrit ici : un lab commence par `apiVersion: lab/v1`
not-utf8 = ce n'est pas de l'UTF-8 : enregistrez le fichier dans cet encodage

# Sa forme.
bad-yaml = ce n'est pas du YAML que `lab` sait lire : { $reason }
wrong-type = on attend ici { $expected }, et c'est { $found }
missing-key = il manque la clé `{ $key }`
missing-key-label = `{ $key }` a aussi sa place ici
unknown-matcher = il n'y a pas de comparateur `{ $key }`
unknown-value = il n'y a pas de valeur `{ $value }` ici
keys-here = les clés possibles ici : { $keys }
values-here = les valeurs possibles ici : { $values }
wrong-image = une image s'écrit `{"{"}pull: "NOM:TAG"{"}"}` ou `{"{"}build: DOSSIER{"}"}`
second-source = une image a une seule source : soit `pull`, soit `build`
duplicate-key = la clé `{ $key }` est deux fois dans la même table : gardez-en une
merge-key = `<<` n'est pas lu : écrivez les clés, ou répétez une valeur entière par `&nom` et `*nom`
yaml-tag = une étiquette (`!…`) n'est pas lue : écrivez la valeur sans elle, entre guillemets si c'est un texte
second-document = le fichier d'un lab contient un seul document : retirez ce qui suit `---`
unknown-alias = `*nom` répète ce que `&nom` a marqué avant, et rien n'est marqué ainsi ; mettez entre guillemets un texte qui commence par `*`
too-many-aliases = les alias (`*nom`) rendent ce fichier trop grand : écrivez-en moins
too-many-patterns = un lab a au plus { $limit } expressions rationnelles
too-deep = c'est imbriqué sur plus de { $depth } niveaux
too-much-yaml = ce fichier contient plus que ce qu'un lab peut contenir
map-for-text = un deux-points suivi d'une espace, dans un texte sans guillemets, fait une clé de ce qui précède : mettez tout le texte entre guillemets
list-of-one = une liste d'un seul élément s'écrit `[{ $text }]`

expected-text = un texte
expected-list = une liste
expected-map = une table de clés et de valeurs
expected-boolean = `true` ou `false`
expected-number = un nombre entier à partir de 0
expected-number-up-to = un nombre entier de 0 à { $most }
expected-other = { $what }
expected-image = `{"{"}pull: "NOM:TAG"{"}"}` ou `{"{"}build: DOSSIER{"}"}`
expected-expect = une table de sélecteurs et de ce qui doit valoir pour chacun, par exemple `{"{"}status: 200{"}"}`
expected-matcher = une valeur, une liste ou une table de comparateurs
expected-value = une valeur
expected-run = une commande, en liste (programme et arguments) ou en texte pour `sh -c`
expected-http = une requête, par exemple `{"{"}get: "http://…"{"}"}`
expected-probe = une sonde, par exemple `{"{"}http: {"{"}get: "http://…"{"}"}{"}"}`
expected-ready = une sonde et ce qui doit valoir, par exemple `{"{"}http: {"{"}get: "http://…"{"}"}, expect: {"{"}status: 200{"}"}{"}"}`
expected-canary = un canari, avec son `id`, ses `guards`, une sonde et `expect`
expected-check = un contrôle, avec son `id`, `must`, une sonde et `expect`
expected-step = une étape, avec une sonde et `expect`
expected-texts = une table de langues, par exemple `{"{"}en: "…", fr: "…"{"}"}`
found-map = une table
found-list = une liste
found-nothing = vide
found-scalar = `{ $text }`
found-other = autre chose

# Les pièges de YAML.
trap-hash = `{ $text }` est un commentaire pour YAML, et il ne reste que ce qui est avant
trap-hash-help = mettez tout le texte entre guillemets ; un vrai commentaire a une espace après son `#`
trap-comma = une virgule termine un texte sans guillemets entre accolades : mettez `{ $text }` entre guillemets
trap-colon = un deux-points suivi d'une espace ne peut pas être dans un texte sans guillemets : mettez tout le texte entre guillemets
trap-colon-in-braces = il manque une virgule avant cette clé ; ou c'est un texte avec un deux-points, qui demande des guillemets
trap-tab = YAML ne s'indente pas avec des tabulations : mettez des espaces
trap-yes-no = `{ $text }` est un texte pour certains lecteurs et { $truth } pour d'autres : écrivez `"{ $text }"` ou `{ $truth }`
trap-leading-zero = `{ $text }` est un nombre pour YAML, et son zéro est perdu : écrivez `"{ $text }"`
trap-trailing-zero = `{ $text }` est un nombre pour YAML, le même que { $short } : écrivez `"{ $text }"` pour un texte, `{ $short }` pour un nombre
trap-escape = `{ $text }` a un sens à part, ou aucun, entre guillemets doubles
trap-escape-help = mettez des guillemets simples, qui laissent une barre oblique inverse telle quelle : 'ainsi'
trap-first-character = un texte sans guillemets ne peut pas commencer par `{ $character }` : mettez tout le texte entre guillemets
text-after-quote = un texte continue après son guillemet fermant : mettez-le tout entier entre guillemets ; un guillemet entre guillemets doubles s'écrit `\"`
unclosed-quote = ce { $quote } n'est pas fermé sur sa ligne
unclosed-bracket = ce `{ $open }` n'a pas de `{ $close }`
wrong-bracket = `{ $close }` ne peut pas fermer un `{ $open }` : écrivez `{ $needed }`
stray-bracket = rien n'est ouvert que ceci pourrait fermer : mettez le texte entre guillemets si c'en est un
bracket-separator = il manque une virgule ou un crochet fermant avant ceci ; un texte avec des virgules, des deux-points ou des crochets demande des guillemets
bad-indent = l'indentation de cette ligne ne correspond à aucune au-dessus : les clés d'une table commencent dans une même colonne, et ce qui appartient à une clé est plus à droite
key-expected = on attend ici `clé: valeur` ; mettez entre guillemets un texte qui a un deux-points ou qui tient sur plusieurs lignes

# Les règles d'un lab.
there-are = connus ici : { $names }
api-version = ce `lab` lit `{ $known }` : écrivez cela ici
bad-version = `{ $text }` n'est pas une version : écrivez `MAJEUR.MINEUR.CORRECTIF`, par exemple `1.0.0`
no-time = cela ne laisse aucun temps : écrivez plus que zéro
zero = c'est zéro : écrivez au moins 1
no-languages = un lab parle une langue : écrivez `[en, fr]` ou une des deux
language-twice = `{ $language }` est ici deux fois
missing-language = il manque ici `{ $language }`, que `languages` déclare
undeclared-language = `languages` ne déclare pas `{ $language }` : ajoutez-le là-bas, ou retirez ceci
empty-text = ce texte est vide
lab-without-tasks = un lab a au moins une tâche
task-without-checks = la tâche `{ $task }` n'a aucun contrôle : rien ne dirait quand elle est finie
duplicate-task = une tâche plus haut a déjà l'identifiant `{ $id }`
duplicate-check = un contrôle ou un canari plus haut a déjà l'identifiant `{ $id }`
unknown-check = il n'y a pas de contrôle `{ $id }`
need-twice = `{ $id }` est ici deux fois
need-self = un contrôle ne peut pas avoir besoin de lui-même
need-later = `{ $id }` vient plus bas dans le fichier, et un contrôle n'a besoin que de ce qui le précède
guards-nothing = un canari garde au moins un contrôle, qui devient une erreur quand le canari ne tient pas
hint-too-early = { $before ->
    [one] l'indice au-dessus s'ouvre après une version échouée, et celui-ci avant lui : les indices se suivent dans l'ordre où ils s'ouvrent
   *[other] l'indice au-dessus s'ouvre après { $before } versions échouées, et celui-ci avant lui : les indices se suivent dans l'ordre où ils s'ouvrent
}
reserved-name = `lab` lui-même fait tourner un `{ $name }` : choisissez un autre nom
alias-is-service = `{ $name }` est déjà un service
unpinned-image = `{ $image }` sera peut-être une autre image demain : écrivez un tag autre que `latest`, ou une empreinte
duplicate-open = un autre service ouvre `{ $name }` : `${"{"}open.{ $name }{"}"}` serait l'un ou l'autre
unknown-capability = Linux n'a pas de capacité `{ $name }`
capability-without-reason = écrivez pourquoi le service a besoin de `{ $name }`
unknown-volume = `environment.volumes` n'a pas de `{ $name }`
volume-beyond-memory = les volumes comptent comme de la mémoire, et avec celui-ci ils ont { $volumes } Mio sur les { $memory } du service : donnez à `limits.memory` plus que tous ensemble
container-path = `{ $path }` n'est pas un chemin dans un conteneur : il commence par `/`, et continue sans `..`
unknown-service = il n'y a pas de service `{ $name }`
circular-after = ceux-ci s'attendent l'un l'autre, et aucun ne démarrerait : { $services }
replica-name-too-long = une réplique s'appellerait `{ $name }`, et un nom a 40 caractères au plus
replica-is-service = une réplique s'appellerait `{ $name }`, et ce nom est pris
start-each-key = `{ $key }` n'a pas de sens pour un service qui ne vit que le temps d'une commande
starts-each = `{ $service }` a `start: each` : il ne vit que le temps d'une commande lancée en lui (`exec` avec `in: { $service }`)
workspace-user = un service qui peut écrire dans le dossier de l'apprenant tourne sous l'utilisateur qui possède ce dossier : retirez `user`
workspace-path = `{ $path }` se trouve dans le dossier de l'apprenant, que le service voit sous `/work` : choisissez un autre endroit
unknown-host = aucun service ne répond au nom `{ $host }`, et une salle blanche n'atteint rien d'autre
bad-url = `{ $url }` n'est pas l'URL d'un service : écrivez `${"{"}open.NOM{"}"}/…` ou `http://SERVICE:PORT/…`
unknown-name = `{ $name }` ne veut rien dire ici
each-outside = `{ $name }` est l'élément d'un `for-each`, et aucun ici ne porte ce nom
capture-outside = `{ $name }` est capturé par un contrôle, et aucun contrôle n'a encore eu lieu ici
capture-later = `{ $name }` est capturé par `{ $check }`, qui ne vient pas avant
capture-not-needed = `{ $name }` est capturé par `{ $check }`, dont ce contrôle ne dit pas avoir besoin : écrivez-le dans `needs`
capture-later-step = `{ $name }` est capturé par cette étape ou par une étape suivante, et n'a pas encore de valeur
unknown-in-cel = `{ $name }` ne veut rien dire dans cette expression
cel-name-twice = `{ $name }` est à la fois une valeur capturée et un champ de `{ $probe }` : donnez un autre nom à la valeur capturée
empty-expectation = rien n'est attendu ici : dites ce qui doit valoir, par exemple `{"{"}status: 200{"}"}`
empty-scenario = un scénario a au moins une étape
empty-matcher = une liste ou une table vide ne dit rien : écrivez ce qui est attendu
list-for-one-value = `{ $field }` est une seule valeur, et une liste demande qu'elle les contienne toutes
write-one-of = écrivez `{ $field }: {"{"}one-of: [{ $items }]{"}"}`
unknown-field = `{ $probe }` ne donne pas de `{ $field }`
no-step-yields = aucune sonde des étapes ne donne `{ $field }`
no-headers = `{ $probe }` ne donne pas d'en-têtes
no-document = `{ $probe }` ne donne pas de document où chercher

# Les fichiers à côté.
id-is-folder = l'identifiant est `{ $id }` et le dossier `{ $folder }` : donnez aux deux le même nom
missing-starter = le dossier `starter` manque : c'est ce qu'on reçoit au départ, ne serait-ce qu'un README
no-task-text = `{ $path }` manque : il dit à l'apprenant ce qu'il y a à faire
build-outside = `{ $path }` mène hors du pack, le dossier au-dessus du lab
no-build-folder = il n'y a pas de dossier `{ $path }` à côté de ce fichier
no-dockerfile = `{ $path }` n'a pas de Dockerfile
file-outside = `{ $path }` mène hors du lab : mettez le fichier dans `files/`
no-file = il n'y a pas de fichier `{ $path }` à côté de celui-ci
bad-edit = ce n'est pas une modification : écrivez `file` avec `replace` et `with`, ou avec `append`, `write` ou `fill` ; ou `move` et `to` ; ou `delete`
outside-contract-path = le contrat ne nomme pas `{ $name }`, et personne ne peut donc le deviner : écrivez-le dans `contract.files`, ou regardez ce que fait le travail
outside-contract-command = le contrat ne nomme pas `{ $name }`, et personne ne peut donc le deviner : écrivez-le dans `contract.commands`
negative-without-twin = ceci dit seulement ce qui ne doit pas être, et rien du tout y suffirait
negative-without-twin-help = écrivez dans `needs` un contrôle qui montre la chose elle-même à l'œuvre
text-only = ceci juge comment `{ $path }` est écrit, non ce qu'il fait, et refuse un travail juste écrit autrement
text-only-help = lancez-le ou demandez ce qu'il sert ; `$…` ou `css …` le lisent par sa structure là où elle fait partie du contrat
hint-gives-away = le premier indice dit déjà ce que dit une solution : `{ $code }`
hint-gives-away-help = dites d'abord où regarder, et gardez ceci pour un indice suivant
