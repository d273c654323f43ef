# Ce que disent les rapports écrits dans des fichiers, outre ce que dit l'écran.
format-passed = réussi
format-failed = échoué
format-waits = en attente
format-task = Tâche
format-check = Contrôle
format-verdict = Verdict
format-points = Points
format-results = Résultats
format-explained = Explications
format-judged-at = { $lab } { $version }, jugé le { $at }

## La commande
report-not-written = le rapport { $format } n'a pas pu être écrit dans { $path } : { $reason }
last-run-none = rien de { $lab } n'a encore été jugé sur cette machine
last-run-newer = le dernier bilan a été gardé par un lab plus récent (forme { $format }) : celui-ci ne sait pas le lire
last-run-unreadable = le dernier bilan, { $path }, était illisible ({ $reason }). Il est gardé sous { $now }.
hint-check = lab check
hint-newer-lab = utilisez ce lab plus récent, ou jugez à nouveau : lab check
hint-other-path = donnez un chemin où l'on peut écrire ; les autres rapports et le verdict sont là
outcome-not-kept = ce bilan n'a pas pu être gardé pour lab report dans { $path } : { $reason }
report-path-twice = deux rapports doivent être écrits dans { $path }

## La surveillance
watch-waiting = en attente : un enregistrement relance les contrôles · Entrée contrôle tout maintenant · Ctrl-C termine
watch-unchanged = enregistré, et rien de ce qui est jugé n'a changé
watch-by-hand = le dossier ne peut pas être surveillé ici ({ $reason }) : appuyez sur Entrée pour contrôler
watch-spared = pas redemandé, car rien de ce qu'il lit n'a changé : { $checks }
watch-not-ahead = aucune salle n'est préparée d'avance, car un service de ce lab lit votre dossier à son démarrage : un contrôle prend autant de temps que le premier
watch-ended-early = le contrôle s'est arrêté avant la fin : { $reason }
