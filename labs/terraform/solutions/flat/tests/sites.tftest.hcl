# Nothing is made: the provider is played.
mock_provider "garage" {}

variables {
  project = "shorty"
}

run "buckets_are_named_for_project_and_environment" {
  command = plan

  assert {
    condition     = output.buckets == { production = "shorty-production", staging = "shorty-staging" }
    error_message = "The buckets aren't named PROJECT-ENVIRONMENT."
  }
}

run "a_project_with_capitals_is_refused" {
  command = plan
  variables {
    project = "Shorty"
  }
  expect_failures = [var.project]
}

run "an_index_in_a_folder_is_refused" {
  command = plan
  variables {
    index_document = "pages/index.html"
  }
  expect_failures = [var.index_document]
}

run "a_site_is_a_website" {
  command = plan
  module {
    source = "./modules/site"
  }
  variables {
    name           = "shorty-test"
    index_document = "home.html"
  }

  assert {
    condition     = garage_bucket.site.global_alias == "shorty-test"
    error_message = "The bucket hasn't the name that it was given."
  }
  assert {
    condition     = try(garage_bucket.site.website.index_document, "") == "home.html"
    error_message = "The bucket isn't a website with the index document that was asked for."
  }
  assert {
    condition     = output.bucket == "shorty-test"
    error_message = "The output doesn't name the bucket."
  }
}

run "the_key_reads_and_writes_and_nothing_else" {
  # Applied, so that the key's id is known: the mock gives it one.
  command = apply
  module {
    source = "./modules/site"
  }
  variables {
    name = "shorty-test"
  }

  assert {
    condition     = garage_bucket_permission.deploy.read && garage_bucket_permission.deploy.write
    error_message = "The key can't publish."
  }
  assert {
    condition     = !garage_bucket_permission.deploy.owner
    error_message = "The key may change the bucket itself."
  }
  assert {
    condition     = garage_bucket.site.website.index_document == "index.html"
    error_message = "The index document isn't index.html by default."
  }
  assert {
    condition     = output.access_key_id == garage_key.deploy.access_key_id
    error_message = "The output isn't the key's id."
  }
}
