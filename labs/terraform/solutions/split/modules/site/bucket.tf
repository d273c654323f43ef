resource "garage_bucket" "this" {
  global_alias = var.name
  website      = { index_document = var.index_document }
}
