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
report-waits-on = attend { $check }
report-unavailable-here = indisponible ici
report-not-judged = non évalué
report-not-counted = hors total
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
report-wait = { $count } en attente
report-unavailable = { $count ->
    [one] { $count } indisponible ici
   *[other] { $count } indisponibles ici
}
report-errors = { $count ->
    [one] { $count } non évalué
   *[other] { $count } non évalués
}
report-to-come = { $count ->
    [one] encore { $count } tâche à venir
   *[other] encore { $count } tâches à venir
}
report-unavailable-points = { report-unavailable-here }, hors total
report-next-task = Ensuite : lab task
report-next-lab = Ensuite : lab list (toutes les tâches principales sont réussies)
report-next-page = Ensuite : lab task { $page } · lab list (toutes les tâches principales sont réussies)
report-next-check = Ensuite : lab check (juge la tâche en cours)

## Un échec
report-at-step = étape
report-step-of = { $number } sur { $count }
report-asked = demandé
report-attempts = { $count ->
    [one] { $count } essai
   *[other] { $count } essais
}
report-expected = attendu
report-got = reçu
report-why = pourquoi
report-try = essayez
report-hint-to-read = indice { $number } sur { $count }, noté
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
report-too-many-items = { $found } trouvés, et un contrôle en examine au plus { $most }
report-and-more = … et { $count } de plus
report-limit = limite
report-limit-ended = terminé au bout de { $after } (docs/reference.fr.md, `timeout`)
report-broke = votre dossier casse ce dont le lab a besoin, deux fois, et la solution du lab ne le casse pas : { $what }
report-passes-in-playground = marche dans votre terrain de jeu, pas à partir de rien : une étape faite à la main manque dans votre dossier
report-first-difference = première différence à la ligne { $line }, colonne { $column }
report-several-author = (pour l'auteur du lab : dites `every`, `some` ou `count`)
report-ended-timed-out = la commande a dépassé sa limite de temps
report-ended-too-much-output = la commande a écrit plus que ce qui peut être gardé
report-ended-out-of-memory = la limite de mémoire a été atteinte

## Ce que voit une sonde
report-selector-status = statut
report-selector-body = corps
report-selector-size = taille
report-selector-time = durée
report-selector-media-type = type MIME
report-selector-media-type-fits = bon type
report-selector-exit = code de sortie
report-selector-ended = arrêt
report-selector-interpreter = sa première ligne demande
report-selector-open = port ouvert
report-selector-exists = existe
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
report-selector-unreadable = illisible
report-selector-lifetime = durée de vie (s)
report-selector-weight = poids (octets)
report-selector-errors = erreurs d'analyse
report-selector-broken = liens cassés
report-selector-fragments = endroits introuvables
report-selector-elsewhere = autres hôtes
report-selector-unlabelled = champs sans nom
report-selector-skipped = niveaux sautés
report-selector-styles = styles
report-selector-inventory = adresses
report-selector-redirects = redirections
report-selector-error = erreurs
report-selector-changes = changements prévus
report-selector-diff = différence
report-selector-unnoticed = remarqué par aucun test
report-selector-equal = pris pour faux
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
report-selector-false-alarms = pris pour faux
report-selector-ok = réussi
report-selector-triggered = déclenché
report-selector-not-triggered = pas déclenché
report-selector-conclusion = conclusion
report-selector-running = en cours
report-selector-jobs = jobs
report-selector-legs = branches
report-selector-failed-steps = en échec
report-selector-artifacts = artefacts
report-selector-arrived = arrivé
report-selector-deployed = déployé sur
report-selector-on-staging = préproduction
report-selector-in-production = production
report-selector-early = basculé tôt
report-selector-not-kept = pas l'artefact
report-selector-gaps = rien de servi
report-selector-together = sans attendre
report-selector-leaks = secrets montrés
report-selector-problem = problème
report-selector-valid = conforme au schéma
report-selector-unpinned = non épinglé
report-selector-write-scopes = droits d'écriture
report-selector-inline-expressions = dans les scripts
report-nothing = rien
report-empty = (vide)
report-yes = oui
report-no = non
report-several = { $count } valeurs là où une seule est demandée : { $values }
report-unreadable = illisible comme { $format } : { $reason }
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
report-exists = existe
report-absent = n'existe pas
report-type-string = un texte
report-type-number = un nombre
report-type-boolean = vrai ou faux
report-type-array = une liste
report-type-object = un tableau associatif
report-type-null = null
report-count = nombre : { $inner }
report-every = chacun : { $inner }
report-some = au moins un : { $inner }
report-none = aucun : { $inner }
report-one-of = l'une de ces valeurs : { $value }
report-not-one-of = aucune de ces valeurs : { $value }
report-same-items = exactement ceux-ci, dans n'importe quel ordre : { $value }
report-same-as = identique à { $name }
report-not-same-as = diffère de { $name }
report-semver = une version { $requirement }
report-hidden-check = une exigence cachée doit tenir
report-hidden-facts = ce qu'il demande n'est pas montré : le texte de la tâche dit ce que votre travail doit faire
report-schema = valide selon le schéma
report-schema-breach = valide selon le schéma ({ $reason })
report-schema-breach-at = valide selon le schéma (à { $at } : { $reason })
report-not = pas ceci : { $inner }
report-and = { $left } et { $right }

## Pas de réponse
report-unread = réussi ; ce qui ne peut pas être jugé ici, et n'était pas nécessaire : { $what }
report-trouble-refused = rien n'écoute à { $address } : le service tourne et a refusé la connexion
report-trouble-down = { $service } ne tourne pas
report-trouble-down-learner = { $service } ne tourne pas : il s'est arrêté, ou n'a jamais démarré
report-trouble-ended = { $service } ne tourne pas : il s'est terminé avec le code { $exit }. Son journal se termine par : { $last }
report-trouble-ended-silent = { $service } ne tourne pas : il s'est terminé avec le code { $exit }, et son journal est vide
report-trouble-out-of-memory = { $service } a manqué de mémoire et a été arrêté
report-trouble-elsewhere-listens = { $service } tourne et écoute à { $found }, pas à { $wanted }
report-trouble-leads-out = `{ $path }` mène hors de votre dossier par un lien
report-try-leads-out = mettez le fichier lui-même à la place du lien, ou faites mener le lien à un fichier de votre dossier
report-try-listens = faites écouter votre programme sur 0.0.0.0, pas sur 127.0.0.1, et sur le port indiqué par la tâche
report-trouble-timed-out = pas de réponse de { $what } en { $after }
report-trouble-broken = la réponse s'est interrompue ou n'était pas du HTTP : { $detail }
report-trouble-too-large = la réponse dépasse les { $limit } que lit un contrôle
report-trouble-too-complex = { $bound ->
    [bytes] le document dépasse les { $limit } octets que lit un contrôle
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
report-trouble-coding = d'après Content-Encoding le corps est en { $coding }, et il ne se décompresse pas : { $detail }
report-trouble-elsewhere = l'adresse mène à { $host }, qui ne fait pas partie de ce lab
report-trouble-bad-url = `{ $url }` n'est pas une adresse utilisable
report-trouble-not-here = en réalité cela marche, et le lab ne sait pas le faire ; ce n'est donc pas jugé : { $what }
report-trouble-fault = l'environnement n'a pas pu répondre : { $detail }
report-try-refused = voyez sur quel port et quelle adresse écoute votre programme (0.0.0.0, pas 127.0.0.1)
report-try-down = lab logs { $service }
report-try-timed-out = voyez ce qui retarde la réponse : essayez la même chose à la main dans `lab shell`
report-try-broken = voyez ce qu'envoie votre programme avant de fermer la connexion : lab logs
report-try-too-large = voyez pourquoi elle est si longue : est-ce bien la page voulue ?
report-try-too-complex = voyez de quoi elle est faite : est-ce bien la réponse voulue ?
report-try-too-many-files = voyez ce qui le remplit, par exemple le dossier d'un gestionnaire de paquets
report-try-redirects = suivez-les à la main : curl -sI URL
report-try-no-page = regardez d'abord cette adresse dans un navigateur : c'est d'elle que part le reste du site
report-try-coding = voyez ce qui le compresse : est-il compressé deux fois, coupé, ou pas compressé du tout ?
report-try-elsewhere = écrivez liens et redirections sans nom d'hôte, ou avec les adresses du lab (lab env)
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
report-fault-unknown-name = le lab lui-même a une erreur : rien ne définit `{ $name }`
report-fault-canary = l'environnement n'est pas tel que le lab le demande : `{ $id }` ne tient pas
report-fault-not-put-back = le lab a modifié `{ $path }` pour un contrôle et n'a pas pu le remettre en état
report-fault-condition = le lab lui-même a une erreur : sa condition `{ $that }` n'a pas de réponse ({ $reason })
report-fault-finally = le lab n'a pas pu tout remettre en ordre après un contrôle
report-fault-spoiled = rien ne peut être évalué après { $check }, qui a laissé l'environnement dans un mauvais état
report-fault-starved = cette machine était trop occupée : tout a pris { $factor } fois plus de temps, deux fois, et ce contrôle dépend du temps
report-starved-do = fermez d'autres programmes ou attendez, puis : lab check
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
report-has-ended = { $service } n'est pas en marche : il s'est terminé avec le code de sortie { $exit }.
report-removed = supprimé
report-trouble-no-file = `{ $path }` n'est pas dans votre dossier
report-try-no-file = le contrat nomme ce fichier : gardez son nom
report-fault-overlay = le lab modifie `{ $path }` là où un texte doit se trouver une seule fois ; il s'y trouve { $matches ->
    [0] nulle part
    [one] une fois
   *[other] { $matches } fois
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

## A trace, for authors
trace = trace
trace-document = document
trace-line = ligne { $line }
report-judged-by = évalué par { $lab } { $version } ({ $digest }, { $path }) pour { $learner }, dossier { $folder }
