variable "region" {
  default = "garage"
}

resource "aws_s3_bucket" "site" {
  bucket = "site-${var.region}"
  tags   = { Size = 3 }
}
