# Ce que disent les rapports : bilans, échecs, pannes, progression.

## Nombres
report-duration-ms = { $number } ms
report-duration-s = { $number } s
report-duration-min = { $minutes } min
report-duration-min-s = { $minutes } min { $seconds } s
report-duration-h = { $hours } h
report-duration-h-min = { $hours } h { $minutes } min
report-bytes = { $number } o
report-bytes-kb = { $number } ko
report-bytes-mb = { $number } Mo
report-bytes-gb = { $number } Go
report-bytes-kib = { $number } Kio
report-bytes-mib = { $number } Mio
report-of = { $part } sur { $whole }
report-nth-try = { $form ->
    [one] { $number }er essai
   *[other] { $number }e essai
}

## Le bilan
report-room-ready = salle blanche prête en { $took }
report-bonus = bonus
report-waits-on = bloqué par { $check }
report-unavailable-here = indisponible ici
report-not-judged = non évalué
report-not-counted = hors barème
report-points-of = { $earned ->
    [one] { $earned } point sur { $total }
   *[other] { $earned } points sur { $total }
}
report-points-so-far = { $points } à ce stade
report-points-in-task = { $points } dans { $task }
report-points-in = { $points } en { $took }
report-hints-used = { $count ->
    [0] aucun indice utilisé
    [one] { $count } indice utilisé
   *[other] { $count } indices utilisés
}
report-passed = { $count ->
    [one] { $count } réussi
   *[other] { $count } réussis
}
report-failed = { $count ->
    [one] { $count } échoué
   *[other] { $count } échoués
}
report-wait = { $count ->
    [one] { $count } bloqué
   *[other] { $count } bloqués
}
report-unavailable = { $count ->
    [one] { $count } indisponible ici
   *[other] { $count } indisponibles ici
}
report-errors = { $count ->
    [one] { $count } non évalué
   *[other] { $count } non évalués
}
report-to-come = { $count ->
    [one] { $count } tâche restante
   *[other] { $count } tâches restantes
}
report-unavailable-points = { report-unavailable-here }, hors barème
report-next-task = Ensuite : lab task
report-next-lab = Ensuite : lab solution · lab list (toutes les tâches principales sont réussies)
report-next-page = Ensuite : lab task { $page } · lab solution · lab list (toutes les tâches principales sont réussies)
report-next-check = Ensuite : lab check (évalue la tâche en cours)

## Un échec
report-at-step = étape
report-step-of = { $number } sur { $count }
report-asked = testé
report-attempts = { $count ->
    [one] { $count } essai
   *[other] { $count } essais
}
report-expected = attendu
report-got = obtenu
report-why = pourquoi
report-try = essayez
report-hint-to-read = indice { $number } sur { $count }, consigné
report-item = pour
report-items = éléments
report-items-of = { $failed ->
    [one] { $failed } sur { $all } échoue
   *[other] { $failed } sur { $all } échouent
}
report-too-few-items = { $found ->
    [0] { $min ->
        [1] rien à contrôler n'a été trouvé
       *[other] rien à contrôler n'a été trouvé, et il en faut { $min }
    }
    [one] { $found } trouvé, et il en faut au moins { $min }
   *[other] { $found } trouvés, et il en faut au moins { $min }
}
report-too-many-items = { $found } trouvés, plus que les { $most } qu'un contrôle examine
report-and-more = … et { $count } de plus
report-limit = limite
report-limit-ended = arrêté au bout de { $after } (docs/reference.fr.md, `timeout`)
report-broke = votre dossier a cassé deux fois ce dont le lab a besoin, et la solution du lab ne l'a pas cassé : { $what }
report-passes-in-playground = fonctionne dans votre bac à sable, mais pas en partant de zéro : une étape faite à la main manque dans votre dossier
report-first-difference = première différence à la ligne { $line }, colonne { $column }
report-several-author = (pour l'auteur du lab : ajoutez `every`, `some` ou `count`)
report-ended-timed-out = la commande a dépassé sa limite de temps
report-ended-too-much-output = la commande a écrit plus que ce qui peut être gardé
report-ended-out-of-memory = la commande a atteint la limite de mémoire

## Ce que voit une sonde
report-selector-status = statut
report-selector-body = corps
report-selector-size = taille
report-selector-time = durée
report-selector-media-type = type MIME
report-selector-media-type-fits = bon type
report-selector-exit = code de sortie
report-selector-ended = arrêt
report-selector-interpreter = sa première ligne exige
report-selector-open = port ouvert
report-selector-exists = présent
report-selector-kind = nature
report-selector-executable = exécutable
report-selector-text = texte
report-selector-paths = fichiers
report-selector-keys = clés
report-selector-count = nombre
report-selector-up = en marche
report-selector-log = journal
report-selector-statuses = statuts
report-selector-times = durées
report-selector-answer = dernière sonde
report-selector-listens = écoute sur
report-selector-unreadable = illisible
report-selector-lifetime = durée de vie (s)
report-selector-weight = poids (octets)
report-selector-errors = erreurs d'analyse
report-selector-broken = liens cassés
report-selector-fragments = ancres introuvables
report-selector-elsewhere = autres hôtes
report-selector-unlabelled = champs sans libellé
report-selector-skipped = niveaux sautés
report-selector-styles = styles
report-selector-inventory = adresses
report-selector-redirects = redirections
report-selector-error = erreurs
report-selector-changes = changements prévus
report-selector-outputs-changed = sorties changées
report-selector-constraints = contraintes de version
report-selector-warnings = avertissements
report-selector-passed = réussis
report-selector-failed = échoués
report-selector-production-now = à présent en production
report-selector-staging-now = à présent en préproduction
report-selector-diff = différence
report-selector-unnoticed = remarquée par aucun test
report-selector-equal = rejetée à tort
report-selector-stage = pendant
report-selector-add = à créer
report-selector-change = à modifier
report-selector-destroy = à détruire
report-selector-import = à importer
report-selector-moved = déplacé depuis
report-selector-drift = modifié par d'autres
report-selector-resources = ressources
report-selector-outputs = sorties
report-selector-sensitive = sorties sensibles
report-selector-files = fichiers
report-selector-survivors = erreurs non remarquées
report-selector-false-alarms = rejetées à tort
report-selector-ok = réussite
report-selector-triggered = déclenché
report-selector-not-triggered = non déclenché
report-selector-conclusion = conclusion
report-selector-running = encore en cours
report-selector-jobs = jobs
report-selector-legs = jobs de la matrice
report-selector-failed-steps = étapes en échec
report-key-mistakes = erreurs
report-key-answers = réponses
report-key-visits = visites
report-key-survived = erreurs non vues
report-selector-artifacts = artefacts
report-selector-arrived = arrivé
report-selector-deployed = déployé sur
report-selector-on-staging = en préproduction
report-selector-in-production = en production
report-selector-early = en ligne trop tôt
report-selector-not-kept = pas un artefact
report-selector-gaps = rien de servi
report-selector-together = peuvent se croiser
report-selector-leaks = secrets divulgués
report-selector-problem = problème
report-selector-valid = conforme au schéma
report-selector-unpinned = non épinglé
report-selector-write-scopes = droits d'écriture
report-selector-inline-expressions = dans les scripts
report-nothing = rien
report-empty = (vide)
report-yes = oui
report-no = non
report-several = { $count } valeurs, une seule est attendue : { $values }
report-unreadable = illisible en { $format } : { $reason }
report-exit-not-executable = (trouvée, mais pas exécutable : chmod +x)
report-exit-not-found = (commande introuvable)
report-exit-signal = (arrêtée par le signal { $signal })

## Conditions
report-contains = contient { $value }
report-not-contains = ne contient pas { $value }
report-matches = correspond à { $value }
report-not-matches = ne correspond pas à { $value }
report-starts-with = commence par { $value }
report-not-starts-with = ne commence pas par { $value }
report-ends-with = finit par { $value }
report-not-ends-with = ne finit pas par { $value }
report-not-equal = diffère de { $value }
report-more-than = plus de { $value }
report-at-least = au moins { $value }
report-less-than = moins de { $value }
report-at-most = au plus { $value }
report-exists = présent
report-absent = absent
report-type-string = une chaîne
report-type-number = un nombre
report-type-boolean = vrai ou faux
report-type-array = une liste
report-type-object = un objet
report-type-null = null
report-count = { $inner }
report-count-none = aucun
report-every = chacun : { $inner }
report-some = au moins un : { $inner }
report-none = aucun : { $inner }
report-one-of = l'une de ces valeurs : { $value }
report-not-one-of = aucune de ces valeurs : { $value }
report-same-items = exactement ceux-ci, dans n'importe quel ordre : { $value }
report-same-as = identique à { $name }
report-not-same-as = diffère de { $name }
report-semver = une version { $requirement }
report-hidden-check = une exigence cachée doit être satisfaite
report-hidden-facts = la question n'est pas montrée : le texte de la tâche dit ce que votre travail doit faire
report-schema = conforme au schéma
report-schema-breach = conforme au schéma ({ $reason })
report-schema-breach-at = conforme au schéma (à { $at } : { $reason })
report-not = pas ceci : { $inner }
report-and = { $left } et { $right }

## Pas de réponse
report-unread = réussi ; non évalué ici, et pas nécessaire : { $what }
report-trouble-refused = rien n'écoute sur { $address } : le service tourne, mais a refusé la connexion
report-trouble-down = { $service } ne tourne pas
report-trouble-down-learner = { $service } ne tourne pas : il s'est arrêté, ou n'a jamais démarré
report-trouble-ended = { $service } ne tourne pas : il s'est terminé avec le code { $exit }. Son journal se termine par : { $last }
report-trouble-ended-silent = { $service } ne tourne pas : il s'est terminé avec le code { $exit }, et son journal est vide
report-trouble-out-of-memory = { $service } a manqué de mémoire et a été tué
report-trouble-elsewhere-listens = { $service } écoute sur { $found }, pas sur { $wanted }
report-trouble-leads-out = `{ $path }` est un lien qui mène hors de votre dossier
report-try-leads-out = remplacez le lien par le fichier lui-même, ou faites-le pointer vers un fichier de votre dossier
report-try-listens = faites écouter votre programme sur 0.0.0.0, pas sur 127.0.0.1, et sur le port indiqué par la tâche
report-listens-nowhere = rien : il démarre encore, ou attend quelque chose
report-listens-elsewhere = { $found } : { report-try-listens }
report-trouble-timed-out = pas de réponse de { $what } en { $after }
report-trouble-broken = la réponse s'est interrompue ou n'était pas du HTTP : { $detail }
report-trouble-too-large = la réponse dépasse les { $limit } que lit un contrôle
report-trouble-too-complex = { $bound ->
    [depth] la réponse imbrique plus de { $limit } niveaux, le maximum que lit un contrôle
    [attributes] un élément de la page a plus de { $limit } attributs, le maximum que lit un contrôle
    [hits] plus de { $limit } endroits, ou un texte trop long, correspondent à ce que cherche le contrôle
   *[values] la réponse contient plus de { $limit } valeurs, le maximum que lit un contrôle
    [visits] la réponse est trop grande pour ce que cherche le contrôle : plus de { $limit } comparaisons
}
report-trouble-too-many-files = le dossier contient plus de { $limit } fichiers, le maximum qu'un contrôle énumère
report-trouble-redirect-loop = boucle de redirections : elles ramènent à { $url }
report-trouble-redirects = plus de { $limit } redirections à la suite
report-trouble-no-page = { $url } a répondu { $status } : il n'y a pas de page dont suivre les liens
report-trouble-coding = le corps ne se décompresse pas en { $coding }, que nomme son Content-Encoding : { $detail }
report-trouble-elsewhere = l'adresse mène à { $host }, qui ne fait pas partie de ce lab
report-trouble-bad-url = `{ $url }` n'est pas une adresse utilisable
report-trouble-not-here = le vrai service sait le faire, le lab non ; ce n'est donc pas évalué : { $what }
report-trouble-fault = l'environnement n'a pas pu répondre : { $detail }
report-try-refused = vérifiez sur quel port et quelle adresse écoute votre programme (0.0.0.0, pas 127.0.0.1)
report-try-down = lab logs { $service }
report-try-timed-out = cherchez ce qui retarde la réponse : essayez la même chose à la main dans `lab shell`
report-try-broken = regardez ce qu'envoie votre programme avant de fermer la connexion : lab logs
report-try-too-large = cherchez pourquoi elle est si longue : est-ce bien la page voulue ?
report-try-too-complex = regardez ce qu'elle contient : est-ce bien la réponse voulue ?
report-try-too-many-files = regardez ce qui le remplit, par exemple le dossier d'un gestionnaire de paquets
report-try-redirects = suivez-les à la main : curl -sI URL
report-try-no-page = ouvrez d'abord cette adresse dans un navigateur : c'est d'elle que part le reste du site
report-try-coding = regardez ce qui le compresse : est-il compressé deux fois, coupé, ou pas compressé du tout ?
report-try-elsewhere = écrivez les liens et les redirections sans nom d'hôte, ou avec les adresses du lab (lab env)
report-try-bad-url = écrivez-la sous la forme http://hôte/chemin

## Une panne
report-not-your-fault = Votre travail n'y est pour rien.
report-nothing-judged = Votre travail n'y est pour rien : rien n'a été évalué.
report-checks-not-judged = { $count ->
    [one] Votre travail n'y est pour rien : { $count } contrôle n'a pas été évalué.
   *[other] Votre travail n'y est pour rien : { $count } contrôles n'ont pas été évalués.
}
report-checks = contrôles
report-do-this = à faire
report-tell-the-author = prévenez l'auteur du lab ; votre travail n'a pas à changer
report-fault-unknown-name = le lab a une erreur : rien ne définit `{ $name }`
report-fault-canary = l'environnement n'est pas tel que le lab le demande : le contrôle préalable `{ $id }` n'est pas satisfait
report-fault-not-put-back = le lab a modifié `{ $path }` pour un contrôle et n'a pas pu le remettre en état
report-fault-condition = le lab a une erreur : sa condition `{ $that }` ne peut pas être évaluée ({ $reason })
report-fault-finally = le lab n'a pas pu remettre l'environnement en état après un contrôle
report-fault-spoiled = rien ne peut être évalué après { $check }, qui a laissé l'environnement dans un mauvais état
report-fault-starved = cette machine était trop occupée : tout a pris { $factor } fois plus de temps, deux fois, et ce contrôle dépend du temps
report-starved-do = fermez d'autres programmes ou attendez, puis lancez : lab check
report-fault-needs = il dépend de { $check }, qui n'a pas pu être évalué

## Progression
report-pulling = téléchargement de { $image }
report-building = construction
report-step = étape { $step }/{ $steps }
report-once-only = { $elapsed } (une seule fois ; gardé pour la suite)
report-starting = démarrage
report-removing = suppression
report-waiting-for = attente de { $asked }
report-checking = contrôle en cours
report-image-ready = image prête
report-image-kept = image déjà là
report-ready = prêt en { $took }
action-done = fait en { $took }
action-not-done = cela ne s'est pas passé comme prévu
report-cant-read = { $service } tourne, mais son utilisateur ne peut pas lire tout votre dossier.
report-not-serving = { $service } tourne, mais ne répond pas encore.
report-has-ended = { $service } ne tourne pas : il s'est terminé avec le code { $exit }.
report-removed = supprimé
report-trouble-no-file = `{ $path }` n'est pas dans votre dossier
report-try-no-file = le contrat de la tâche nomme ce fichier : gardez son nom
report-fault-overlay = le lab modifie `{ $path }` là où un texte doit se trouver une seule fois, et il { $matches ->
    [0] ne s'y trouve nulle part
    [one] s'y trouve une fois
   *[other] s'y trouve { $matches } fois
  }
lint-clean = { $labs ->
    [one] { $labs } lab, rien à corriger
   *[other] { $labs } labs, rien à corriger
}
lint-found = { $found ->
    [one] { $found } chose à corriger
   *[other] { $found } choses à corriger
} dans { $wrong ->
    [one] { $wrong } lab
   *[other] { $wrong } labs
} sur { $labs }

## La trace, pour les auteurs
trace = trace
trace-document = document
trace-line = ligne { $line }
report-judged-by = évalué par { $lab } { $version } ({ $digest }, { $path }) pour { $learner }, dossier { $folder }
