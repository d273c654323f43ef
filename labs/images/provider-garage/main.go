// Command terraform-provider-garage lets Terraform and OpenTofu manage a Garage
// cluster's buckets, access keys and permissions through its admin API v2.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"lab.invalid/terraform-provider-garage/internal/provider"
)

// version is set when a release is linked.
var version = "dev"

func main() {
	var debug bool
	flag.BoolVar(&debug, "debug", false, "wait for a debugger instead of being started by terraform")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
