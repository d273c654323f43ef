terraform {
  required_version = ">= 1.11, < 2.0"

  backend "pg" {
    schema_name = "pli"
  }

  required_providers {
    garage = {
      source  = "lab.local/lab/garage"
      version = "0.1.0"
    }
  }
}
