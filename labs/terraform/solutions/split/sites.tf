locals {
  environments = toset(["production", "staging"])
}

module "website" {
  source   = "./modules/site"
  for_each = local.environments

  name           = join("-", [var.project, each.key])
  index_document = var.index_document
}
