# Ce que disent les rapports écrits dans des fichiers, outre ce que dit l'écran.
format-passed = réussi
format-failed = échoué
format-waits = bloqué
format-task = Tâche
format-check = Contrôle
format-verdict = Verdict
format-points = Points
format-results = Résultats
format-explained = Explications
format-judged-at = { $lab } { $version }, évalué le { $at }

## La commande
report-not-written = impossible d'écrire le rapport { $format } dans { $path } : { $reason }
last-run-none = rien de { $lab } n'a encore été jugé sur cette machine
last-run-newer = le dernier résultat a été enregistré par un lab plus récent (format { $format }), et celui-ci ne peut pas le lire
last-run-unreadable = impossible de lire le dernier résultat, { $path } ({ $reason }) ; il a été déplacé vers { $now }.
hint-check = lab check
hint-newer-lab = utilisez ce lab plus récent, ou relancez : lab check
hint-other-path = choisissez un chemin où l'on peut écrire ; les autres rapports et le verdict sont complets
outcome-not-kept = impossible d'enregistrer ce résultat pour `lab report` dans { $path } : { $reason }
report-path-twice = deux rapports seraient écrits dans { $path }

## La surveillance
watch-waiting = en attente : chaque enregistrement relance les contrôles · Entrée contrôle tout maintenant · Ctrl-C termine
watch-unchanged = enregistré ; rien de ce qui est jugé n'a changé
watch-by-hand = impossible de surveiller le dossier ici ({ $reason }) : appuyez sur Entrée pour contrôler
watch-spared = non relancés, car rien de ce qu'ils lisent n'a changé : { $checks }
watch-not-ahead = aucune salle blanche n'est préparée d'avance, car un service de ce lab lit votre dossier à son démarrage : chaque contrôle prend autant de temps que le premier
watch-ended-early = le contrôle s'est arrêté avant la fin : { $reason }
