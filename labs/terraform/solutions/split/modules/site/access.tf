locals {
  publish = ["read", "write"]
}

resource "garage_key" "publisher" {
  name = var.name
}

resource "garage_bucket_permission" "publisher" {
  bucket_id     = garage_bucket.this.id
  access_key_id = garage_key.publisher.access_key_id

  read  = contains(local.publish, "read")
  write = contains(local.publish, "write")
}
