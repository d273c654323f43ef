# Ce que disent le chargeur et le vérificateur à propos des fichiers d'un lab.
template-unclosed = `{ $rest }` : un `{"${"}` demande un nom et un `{"}"}` qui le ferme ; écrivez `$$` devant une accolade pour la garder telle quelle
selector-bad-css = `{ $selector }` n'est pas un sélecteur CSS : { $reason }
selector-bad-path = `{ $selector }` n'est pas un JSONPath : { $reason }
selector-cut-at-hash = `{ $selector }` n'a rien à sélectionner : un `#` dans un texte sans guillemets commence un commentaire ; mettez tout le sélecteur entre guillemets
bad-pattern = `{ $pattern }` n'est pas une expression rationnelle : { $reason }
http-two-methods = une requête a une seule méthode, et `{ $key }` en est une deuxième
http-no-method = une requête demande une méthode avec son URL, par exemple `get: "http://…"`
exec-nothing-to-run = `run` est vide : écrivez le programme et ses arguments
bad-name = `{ $name }` n'est pas un nom : des minuscules, des chiffres et des traits d'union simples, une lettre d'abord, 40 au plus ; écrivez `{ $suggestion }`
bad-name-no-suggestion = `{ $name }` n'est pas un nom : des minuscules, des chiffres et des traits d'union simples, une lettre d'abord, 40 au plus
bad-duration = `{ $text }` n'est pas une durée : écrivez un nombre et son unité, par exemple `30s`, `5m`, `1h`
bad-size = `{ $text }` n'est pas une taille : écrivez un nombre et son unité, par exemple `64KiB`, `256MiB`, `1GiB`
two-probes = un contrôle a une seule sonde : `{ $first }` en est une et `{ $second }` en est une autre
no-probe = il manque une sonde : une parmi { $kinds }
unknown-key = aucune clé `{ $key }` n'a sa place ici
