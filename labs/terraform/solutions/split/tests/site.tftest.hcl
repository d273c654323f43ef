mock_provider "garage" {}

run "a_public_site_and_a_small_key" {
  module {
    source = "./modules/site"
  }
  variables {
    name           = "demo-site"
    index_document = "start.html"
  }

  assert {
    condition     = garage_bucket.this.website != null && garage_bucket.this.global_alias == "demo-site"
    error_message = "No website of that name."
  }
  assert {
    condition     = output.bucket == garage_bucket.this.global_alias
    error_message = "The output names another bucket."
  }
  assert {
    condition     = output.access_key_id == garage_key.publisher.access_key_id
    error_message = "The output is another key's."
  }
  assert {
    condition = [
      garage_bucket_permission.publisher.read,
      garage_bucket_permission.publisher.write,
      garage_bucket_permission.publisher.owner,
    ] == [true, true, false]
    error_message = "The key may do other things than read and write."
  }
}
