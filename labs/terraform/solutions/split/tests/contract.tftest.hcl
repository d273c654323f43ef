mock_provider "garage" {
  mock_resource "garage_key" {
    defaults = {
      access_key_id     = "GKfake"
      secret_access_key = "fake"
    }
  }
}

run "names" {
  variables {
    project        = "demo-1"
    index_document = "home.html"
  }

  assert {
    condition     = output.buckets.production == "demo-1-production"
    error_message = "Production has another name."
  }
  assert {
    condition     = output.buckets.staging == "demo-1-staging"
    error_message = "Staging has another name."
  }
  assert {
    condition     = output.deploy_keys.staging.access_key_id == "GKfake"
    error_message = "The key isn't the one that was made."
  }
}
