"""The public site of Pli, a link shortener: what turns `site/` into `dist/`."""
