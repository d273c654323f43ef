# What the lab looks at to tell wrong copies of a configuration from equal ones:
# what is planned, what the outputs say, and which inputs are refused.
mock_provider "garage" {
  mock_resource "garage_bucket" {
    defaults = {
      id = "bucket"
    }
  }
  mock_resource "garage_key" {
    defaults = {
      id                = "key"
      access_key_id     = "key"
      secret_access_key = "secret"
    }
  }
  mock_resource "garage_bucket_permission" {
    defaults = {
      id = "permission"
    }
  }
}

run "takes" {
  command = plan
  variables {
    project        = "probe"
    index_document = "probe.html"
  }
}

run "refuses_capitals_and_folders" {
  command = plan
  variables {
    project        = "Probe"
    index_document = "a/b.html"
  }
  expect_failures = [var.project, var.index_document]
}

run "refuses_short_and_other_files" {
  command = plan
  variables {
    project        = "p"
    index_document = "index.txt"
  }
  expect_failures = [var.project, var.index_document]
}

run "refuses_a_hyphen_at_the_end" {
  command = plan
  variables {
    project = "probe-"
  }
  expect_failures = [var.project]
}
