terraform {
  required_version = ">= 1.11"

  required_providers {
    garage = {
      source  = "lab.local/lab/garage"
      version = "~> 0.1"
    }
  }

  # A schema of its own: the other configuration's state lies in the same database.
  backend "pg" {
    schema_name = "legacy"
  }
}

provider "garage" {}

variable "legacy_bucket_id" {
  description = "The bucket that was made by hand."
  type        = string
}

import {
  to = garage_bucket.legacy
  id = var.legacy_bucket_id
}

resource "garage_bucket" "legacy" {
  global_alias = var.legacy_bucket_id

  lifecycle {
    prevent_destroy = true
  }
}
