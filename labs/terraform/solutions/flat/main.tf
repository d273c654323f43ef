terraform {
  required_version = ">= 1.11"

  required_providers {
    garage = {
      source  = "lab.local/lab/garage"
      version = "~> 0.1"
    }
  }

  # Address and password come from PG_CONN_STR.
  backend "pg" {}
}

provider "garage" {}

variable "project" {
  description = "What the buckets' names begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}[a-z0-9]$", var.project))
    error_message = "The project is 4 to 32 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen."
  }
}

variable "index_document" {
  description = "The page that is served at /."
  type        = string
  default     = "index.html"

  validation {
    condition     = can(regex("^[^/]+\\.html$", var.index_document))
    error_message = "The index document is the name of an .html file, without a folder."
  }
}

module "production" {
  source         = "./modules/site"
  name           = "${var.project}-production"
  index_document = var.index_document
}

module "staging" {
  source         = "./modules/site"
  name           = "${var.project}-staging"
  index_document = var.index_document
}

moved {
  from = garage_bucket.production
  to   = module.production.garage_bucket.site
}

moved {
  from = garage_bucket.staging
  to   = module.staging.garage_bucket.site
}

output "buckets" {
  description = "The bucket of each environment."
  value = {
    production = module.production.bucket
    staging    = module.staging.bucket
  }
}

output "deploy_keys" {
  description = "The key that may publish, for each environment."
  sensitive   = true
  value = {
    production = {
      access_key_id     = module.production.access_key_id
      secret_access_key = module.production.secret_access_key
    }
    staging = {
      access_key_id     = module.staging.access_key_id
      secret_access_key = module.staging.secret_access_key
    }
  }
}
