variable "project" {
  type     = string
  nullable = false

  validation {
    condition     = length(var.project) >= 4 && length(var.project) <= 32
    error_message = "A project's name has 4 to 32 characters."
  }

  validation {
    condition     = length(regexall("[^a-z0-9-]", var.project)) == 0
    error_message = "A project's name is made of lower-case letters, digits and hyphens."
  }

  validation {
    condition     = can(regex("^[a-z]", var.project)) && !endswith(var.project, "-")
    error_message = "A project's name begins with a letter and doesn't end with a hyphen."
  }
}

variable "index_document" {
  type     = string
  nullable = false
  default  = "index.html"

  validation {
    condition     = endswith(var.index_document, ".html") && !strcontains(var.index_document, "/")
    error_message = "The index document must be an .html file at the top of the bucket."
  }
}
