mock_provider "garage" {}

run "short" {
  command = plan
  variables {
    project = "pli"
  }
  expect_failures = [var.project]
}

run "space" {
  command = plan
  variables {
    project = "my project"
  }
  expect_failures = [var.project]
}

run "hyphen_at_the_end" {
  command = plan
  variables {
    project = "project-"
  }
  expect_failures = [var.project]
}

run "not_a_page" {
  command = plan
  variables {
    project        = "project"
    index_document = "index.txt"
  }
  expect_failures = [var.index_document]
}
