# What version 1 made is kept: only its addresses are new.

moved {
  from = garage_bucket.production
  to   = module.website["production"].garage_bucket.this
}

moved {
  from = garage_bucket.staging
  to   = module.website["staging"].garage_bucket.this
}
