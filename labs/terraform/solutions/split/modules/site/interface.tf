terraform {
  required_providers {
    garage = {
      source  = "lab.local/lab/garage"
      version = ">= 0.1"
    }
  }
}

variable "name" {
  type = string
}

variable "index_document" {
  type    = string
  default = "index.html"
}

output "bucket" {
  value = garage_bucket.this.global_alias
}

output "access_key_id" {
  value = garage_key.publisher.access_key_id
}

output "secret_access_key" {
  value     = garage_key.publisher.secret_access_key
  sensitive = true
}

output "credentials" {
  value = {
    access_key_id     = garage_key.publisher.access_key_id
    secret_access_key = garage_key.publisher.secret_access_key
  }
  sensitive = true
}
