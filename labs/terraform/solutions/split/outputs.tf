output "buckets" {
  value = { for environment, site in module.website : environment => site.bucket }
}

output "deploy_keys" {
  value     = { for environment, site in module.website : environment => site.credentials }
  sensitive = true
}
