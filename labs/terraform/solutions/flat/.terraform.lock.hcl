# This file is maintained automatically by "tofu init".
# Manual edits may be lost in future updates.

provider "lab.local/lab/garage" {
  version     = "0.1.0"
  constraints = "~> 0.1"
}
