# For the canary: a state of the lab's own, and one resource that needs no provider.
terraform {
  backend "pg" {
    schema_name = "lab_canary"
  }
}

resource "terraform_data" "canary" {}
