terraform {
  required_providers {
    garage = {
      source = "lab.local/lab/garage"
    }
  }
}

variable "name" {
  description = "The bucket's name."
  type        = string
}

variable "index_document" {
  description = "The page that is served at /."
  type        = string
  default     = "index.html"
}

resource "garage_bucket" "site" {
  global_alias = var.name

  website = {
    index_document = var.index_document
    error_document = "404.html"
  }
}

resource "garage_key" "deploy" {
  name = "${var.name}-deploy"
}

resource "garage_bucket_permission" "deploy" {
  bucket_id     = garage_bucket.site.id
  access_key_id = garage_key.deploy.access_key_id
  read          = true
  write         = true
}

output "bucket" {
  value = garage_bucket.site.global_alias
}

output "access_key_id" {
  value = garage_key.deploy.access_key_id
}

output "secret_access_key" {
  value     = garage_key.deploy.secret_access_key
  sensitive = true
}
