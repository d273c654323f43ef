# `lab test` : les mutants, et ce qui est prouvé ou non.

# Ce que le vérificateur dit des mutants.
mutant-empty = ce fichier est vide : un mutant commence par `over: SOLUTION`
mutant-bad-name = le nom du fichier est l'identifiant du mutant, et `{ $file }` n'en est pas un : { $why }
mutant-unknown-solution = le mutant `{ $mutant }` part de `{ $solution }`, qui n'est pas une solution
mutant-unknown-check = le mutant `{ $mutant }` attend l'échec de `{ $check }`, qui n'est pas un contrôle
no-such-check-here = contrôle inconnu
mutant-expects-nothing = un mutant doit être faux quelque part : nommez les contrôles qui doivent le rejeter
mutant-check-twice = `{ $check }` est listé deux fois
mutant-check-waits = `{ $check }` a besoin de `{ $other }` : il serait bloqué au lieu d'échouer ; retirez-le de cette liste
mutant-no-edit = un mutant dit ce qui change : avec une liste de modifications dans `edit`, ou un diff unifié dans `patch`
mutant-two-ways = un mutant se fait d'une seule façon : avec `edit` ou avec `patch`
mutant-unknown-name = `{ $name }` n'a pas de valeur dans un mutant, où seul `nonce.NOM` en a une ; pour écrire le texte lui-même, mettez `$$` devant l'accolade
mutant-no-file = la solution n'a pas de fichier `{ $path }`
mutant-outside = `{ $path }` sort du dossier de la solution : écrivez un chemin à l'intérieur
mutant-matches = { $count ->
    [0] ce texte n'est pas dans `{ $path }`
   *[other] ce texte est { $count } fois dans `{ $path }`, et doit y être une seule fois
}
mutant-matches-help = la solution a peut-être changé : recopiez le texte, avec plus de contexte s'il s'y trouve plusieurs fois
mutant-no-text = `{ $path }` n'est pas en UTF-8, et un patch ne change que du texte
mutant-hunk = la partie { $number } du patch (`@@`) ne correspond pas à `{ $path }`
mutant-hunk-help = la solution a peut-être changé : refaites le patch avec `diff -u`
mutant-no-patch = ce n'est pas un diff unifié : { $reason }
mutant-nothing = ceci ne change rien : le mutant est la solution elle-même
mutant-unreadable = `{ $path }` ne peut pas être lu : { $reason }
mutant-foreign-file = un mutant est un fichier nommé `NOM.yaml`
solution-link-out = ce lien sort du dossier de sa solution : il n'en fait donc pas partie
solution-link-out-help = mettez-y le fichier lui-même, ou faites un lien relatif qui reste à l'intérieur
solution-uncopied = le dossier ne peut pas être copié : { $why }

# Ce qui tourne.
proof-room = création d'une salle blanche
proof-so-far = { $done } contrôles sur { $of }

# Le tableau des contrôles et des mutants.
proof-checks = { $count ->
    [one] { $count } contrôle
   *[other] { $count } contrôles
}
proof-starter = départ
proof-solutions-title = solutions
proof-mutants-title = mutants
proof-solutions = { $count ->
    [one] { $count } solution
   *[other] { $count } solutions
}
proof-mutants = { $count ->
    [one] { $count } mutant
   *[other] { $count } mutants
}
proof-disputed = { $count ->
    [one] { $count } dossier contesté
   *[other] { $count } dossiers contestés
}
proof-rooms = { $count ->
    [one] { $count } salle blanche
   *[other] { $count } salles blanches
}
proof-at-once = { $count } à la fois
proof-legend-solutions = solutions :
proof-legend-mutants = mutants :
proof-sign-refused = rejeté, comme il se doit
proof-sign-survived = réussi, mais devrait être rejeté
proof-sign-too = rejeté, mais ne devrait pas l'être
proof-sign-waits = bloqué par un autre contrôle
proof-sign-not-here = non prouvé sur cette machine
proof-sign-flaky = change d'une répétition à l'autre
proof-sign-fault = non évalué

# Ce qui n'est pas prouvé.
proof-of-solution = la solution { $short } { $name }
proof-of-mutant = le mutant { $short } { $name }
proof-of-disputed = le dossier contesté { $short } { $name }
proof-starter-passes = le départ, tel quel, réussit le contrôle { $check } : un contrôle qui peut réussir d'emblée demande `baseline: true`
proof-starter-fails-nothing = le départ, tel quel, n'échoue à aucun contrôle
proof-solution-fails = { $solution } devrait tout réussir, mais échoue à { $check }
proof-survived = { $mutant } devrait échouer à { $check }, mais le réussit
proof-sees = Le contrôle regarde : { $sees }.
proof-about = Le mutant : { $about }
proof-only-waits = { $mutant } devrait échouer à { $check }, qui est seulement bloqué par { $on } : un contrôle bloqué n'a tué aucun mutant
proof-fails-too = { $mutant } échoue aussi à { $check }, ce qu'il n'annonce pas
proof-unkilled = le contrôle { $check } ne tue aucun mutant
proof-flaky = le contrôle { $check } est instable sur { $subject } : { $marks }
proof-few-solutions = { $count ->
    [0] il n'y a pas de solution : deux, de styles différents, montrent que les contrôles admettent plusieurs façons de faire
    [one] il n'y a qu'une solution : deux, de styles différents, montrent que les contrôles admettent plusieurs façons de faire
   *[other] il n'y a que { $count } solutions
}
proof-mark-passed = réussi
proof-mark-failed = échoué
proof-mark-waits = bloqué
proof-mark-not-here = indisponible
proof-mark-fault = erreur
proof-in = dans
proof-unjudged = le contrôle { $check } n'a pas pu être évalué : { $why }
proof-no-room = impossible de créer une salle blanche : { $reason }
proof-unexplained = rien ne déclenche { $count } des { $of } `explain` de { $check } : { $count ->
    [one] ligne { $lines }
   *[other] lignes { $lines }
}
proof-not-here = { $check } n'est pas prouvé sur cette machine : { $why }
proof-unkilled-unscored = { $check } ne vaut aucun point et ne tue aucun mutant
proof-again = jugé au deuxième essai, seul : { $subjects }. La première fois : { $why }
proof-recap = tous les labs

# La fin.
proof-proved = prouvé
proof-proved-only = prouvé pour ce qui était demandé : { $only }
proof-not-proved = { $count ->
    [one] non prouvé : un problème
   *[other] non prouvé : { $count } problèmes
}
proof-fault = { $count ->
    [one] non évalué : une erreur d'environnement
   *[other] non évalué : { $count } erreurs d'environnement
}
no-such-only = contrôle, mutant ou solution inconnu : `{ $name }` ; noms connus : { $known }
