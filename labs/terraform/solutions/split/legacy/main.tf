terraform {
  backend "pg" {
    schema_name = "pli_archive"
  }

  required_providers {
    garage = {
      source  = "lab.local/lab/garage"
      version = "0.1.0"
    }
  }
}

variable "legacy_bucket_id" {
  type = string
}

data "garage_bucket" "as_found" {
  global_alias = var.legacy_bucket_id
}

import {
  to = garage_bucket.archive
  id = data.garage_bucket.as_found.id
}

resource "garage_bucket" "archive" {
  global_alias = var.legacy_bucket_id
}
