# The first version of the infrastructure, as it stood before it had modules. The
# lab applies this one; yours takes over what it made, by `moved`.
terraform {
  required_providers {
    garage = {
      source  = "lab.local/lab/garage"
      version = "~> 0.1"
    }
  }
}

variable "project" {
  type = string
}

resource "garage_bucket" "production" {
  global_alias = "${var.project}-production"
}

resource "garage_bucket" "staging" {
  global_alias = "${var.project}-staging"
}
