#!/usr/bin/env bash
# Publishes the site: everything under site/ goes to the bucket, and the bucket
# is served as a website.
# Publie le site : tout ce que contient site/ va dans le bucket, et le bucket
# est servi comme un site web.
#
# It runs in the toolbox (`lab shell`), from any folder, as often as you like.
# Il tourne dans la boîte à outils (`lab shell`), depuis n'importe quel dossier,
# autant de fois qu'on veut.
#
# Everything it needs comes from the environment:
# Tout ce qu'il lui faut vient de l'environnement :
#   AWS_ENDPOINT_URL  AWS_REGION  AWS_ACCESS_KEY_ID  AWS_SECRET_ACCESS_KEY
#   SITE_BUCKET  SITE_RELEASE

set -euo pipefail

# 1. Copy the files of site/ into the bucket $SITE_BUCKET.
#    Copiez les fichiers de site/ dans le bucket $SITE_BUCKET.

# 2. Put SITE_RELEASE in the place of @SITE_RELEASE@ on the home page.
#    Mettez SITE_RELEASE à la place de @SITE_RELEASE@ sur la page d'accueil.

# 3. Switch the website on, and name its index document.
#    Activez le site web, et nommez son document d'index.

echo "deploy.sh: nothing is written here yet. Start with step 1 in this file." >&2
echo "deploy.sh : rien n'est encore écrit ici. Commencez par l'étape 1 de ce fichier." >&2
exit 1
