package provider

// Acceptance tests run against a real Garage, by `./acceptance`: each test makes
// what it needs under a name of its own and leaves nothing behind.

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"lab.invalid/terraform-provider-garage/internal/api"
)

var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"garage": providerserver.NewProtocol6WithError(New("acceptance")()),
}

// names are unique for each run, so that runs don't meet.
func named(what string) string {
	return fmt.Sprintf("acc-%s-%d", what, time.Now().UnixNano())
}

func garage(t *testing.T) *api.Client {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("needs a Garage: run ./acceptance")
	}
	client, err := api.New(os.Getenv(urlVariable), os.Getenv(tokenVariable), "acceptance")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}

// must asks Garage itself, beside what the state says.
func must(ask func(state *terraform.State) error) resource.TestCheckFunc {
	return func(state *terraform.State) error { return ask(state) }
}

func attributeOf(state *terraform.State, address, name string) string {
	return state.RootModule().Resources[address].Primary.Attributes[name]
}

const permitted = `
resource "garage_bucket" "site" {
  global_alias = %[1]q
}
resource "garage_key" "deploy" {
  name = %[1]q
}
resource "garage_bucket_permission" "deploy" {
  bucket_id     = garage_bucket.site.id
  access_key_id = garage_key.deploy.access_key_id
  %[2]s
}
`

func TestAccBucketLives(t *testing.T) {
	client, name := garage(t), named("life")
	config := func(alias, settings string) string {
		return fmt.Sprintf("resource \"garage_bucket\" \"site\" {\n  global_alias = %q\n  %s\n}\n", alias, settings)
	}
	full := `website = { index_document = "index.html", error_document = "404.html" }
  quotas = { max_objects = 10 }`
	var id string
	run(t,
		resource.TestStep{
			Config: config(name, full),
			Check: resource.ComposeTestCheckFunc(
				resource.TestMatchResourceAttr("garage_bucket.site", "id", bucketID),
				must(func(state *terraform.State) error {
					id = attributeOf(state, "garage_bucket.site", "id")
					bucket, err := client.BucketByAlias(context.Background(), name)
					if err != nil || bucket.ID != id || !bucket.WebsiteAccess || *bucket.WebsiteConfig.ErrorDocument != "404.html" || *bucket.Quotas.MaxObjects != 10 {
						return fmt.Errorf("%+v %w", bucket, err)
					}
					return nil
				}),
			),
		},
		resource.TestStep{ResourceName: "garage_bucket.site", ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: "garage_bucket.site", ImportState: true, ImportStateId: name, ImportStateVerify: true},
		resource.TestStep{
			Config:           config(name+"-new", `website = { index_document = "home.html" }`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("garage_bucket.site", plancheck.ResourceActionUpdate)}},
			Check: must(func(state *terraform.State) error {
				bucket, err := client.BucketByID(context.Background(), id)
				if err != nil || bucket.HasAlias(name) || !bucket.HasAlias(name+"-new") || bucket.WebsiteConfig.ErrorDocument != nil || bucket.Quotas.MaxObjects != nil {
					return fmt.Errorf("%+v %w", bucket, err)
				}
				return nil
			}),
		},
		resource.TestStep{
			Config: config(name+"-new", ""),
			Check: must(func(*terraform.State) error {
				bucket, err := client.BucketByID(context.Background(), id)
				if err != nil || bucket.WebsiteAccess {
					return fmt.Errorf("%+v %w", bucket, err)
				}
				return nil
			}),
		},
	)
	if _, err := client.BucketByID(context.Background(), id); !api.NotFound(err) {
		t.Error("the bucket is still there", err)
	}
}

func TestAccDriftIsSeenAndRepaired(t *testing.T) {
	client, name := garage(t), named("drift")
	ctx := context.Background()
	config := fmt.Sprintf(strings.Replace(permitted, "%[1]q\n}", "%[1]q\n  website = { index_document = \"index.html\" }\n}", 1), name, "read = true\n  write = true")
	bucket := func() *api.Bucket {
		bucket, err := client.BucketByAlias(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		return bucket
	}
	run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if _, err := client.UpdateBucket(ctx, bucket().ID, api.BucketSettings{}); err != nil {
					t.Fatal(err)
				}
				if _, err := client.SetPermissions(ctx, bucket().ID, bucket().Keys[0].AccessKeyID, api.Permissions{Owner: true}); err != nil {
					t.Fatal(err)
				}
			},
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("garage_bucket.site", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("garage_bucket_permission.deploy", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("garage_key.deploy", plancheck.ResourceActionNoop),
			}},
			Check: must(func(*terraform.State) error {
				if found := bucket(); !found.WebsiteAccess || found.Keys[0].Permissions != (api.Permissions{Read: true, Write: true}) {
					return fmt.Errorf("%+v", found)
				}
				return nil
			}),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := client.DeleteKey(ctx, bucket().Keys[0].AccessKeyID); err != nil {
					t.Fatal(err)
				}
			},
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("garage_key.deploy", plancheck.ResourceActionCreate),
				plancheck.ExpectResourceAction("garage_bucket.site", plancheck.ResourceActionNoop),
			}},
		},
		resource.TestStep{
			PreConfig: func() {
				if err := client.DeleteBucket(ctx, bucket().ID); err != nil {
					t.Fatal(err)
				}
			},
			Config: config,
			Check:  must(func(*terraform.State) error { bucket(); return nil }),
		},
	)
}

func TestAccKeyAndPermissionLive(t *testing.T) {
	client, name := garage(t), named("key")
	var first string
	run(t,
		resource.TestStep{
			Config: fmt.Sprintf(permitted, name, "read = true"),
			Check: must(func(state *terraform.State) error {
				first = attributeOf(state, "garage_key.deploy", "access_key_id")
				key, err := client.KeyWithSecret(context.Background(), first)
				if err != nil || key.SecretAccessKey == "" || key.SecretAccessKey != attributeOf(state, "garage_key.deploy", "secret_access_key") {
					return fmt.Errorf("%+v %w", key, err)
				}
				return nil
			}),
		},
		resource.TestStep{ResourceName: "garage_key.deploy", ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: "garage_bucket_permission.deploy", ImportState: true, ImportStateVerify: true},
		resource.TestStep{
			ResourceName: "garage_bucket_permission.deploy", ImportState: true, ImportStateVerify: true,
			ImportStateIdFunc: func(*terraform.State) (string, error) { return name + "/" + first, nil },
		},
		resource.TestStep{
			ResourceName: "garage_bucket_permission.deploy", ImportState: true, ImportStateId: name,
			ExpectError: regexp.MustCompile(`BUCKET/ACCESS_KEY_ID`),
		},
		resource.TestStep{
			ResourceName: "garage_bucket_permission.deploy", ImportState: true, ImportStateId: name + "/GK000000000000000000000000",
			ExpectError: regexp.MustCompile(`may do nothing`),
		},
		resource.TestStep{
			Config: strings.Replace(fmt.Sprintf(permitted, name, "write = true"), fmt.Sprintf("name = %q", name), `name = "renamed"`, 1),
			Check: must(func(state *terraform.State) error {
				bucket, err := client.BucketByAlias(context.Background(), name)
				if err != nil || bucket.Permissions(first) != (api.Permissions{Write: true}) {
					return fmt.Errorf("%+v %w", bucket, err)
				}
				key, err := client.Key(context.Background(), first)
				if err != nil || key.Name != "renamed" {
					return fmt.Errorf("%+v %w", key, err)
				}
				return nil
			}),
		},
	)
	if _, err := client.Key(context.Background(), first); !api.NotFound(err) {
		t.Error("the key is still there", err)
	}
}

// object puts one object into a bucket, or deletes it. curl signs the request.
func object(t *testing.T, method, bucket string, key *api.Key) {
	t.Helper()
	url := fmt.Sprintf("%s/%s/object", os.Getenv("S3_URL"), bucket)
	curl := exec.Command("curl", "-sS", "--fail-with-body", "-X", method, "--aws-sigv4", "aws:amz:garage:s3", "--user", key.AccessKeyID+":"+key.SecretAccessKey,
		"-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", url)
	if method == "PUT" {
		curl.Args = append(curl.Args, "--data-binary", "x")
	}
	if output, err := curl.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v: %s", method, url, err, output)
	}
}

func TestAccABucketThatIsNotEmptyStays(t *testing.T) {
	client, name := garage(t), named("full")
	ctx := context.Background()
	config := fmt.Sprintf(permitted, name, "write = true")
	var key *api.Key
	run(t,
		resource.TestStep{Config: config, Check: must(func(state *terraform.State) (err error) {
			key, err = client.KeyWithSecret(ctx, attributeOf(state, "garage_key.deploy", "access_key_id"))
			return err
		})},
		resource.TestStep{
			PreConfig:   func() { object(t, "PUT", name, key) },
			Config:      fmt.Sprintf("resource \"garage_key\" \"deploy\" {\n  name = %q\n}", name),
			ExpectError: regexp.MustCompile(`(?s)Can't delete the bucket "` + name + `".*409.*BucketNotEmpty.*only\s+deletes\s+empty\s+buckets`),
		},
		resource.TestStep{
			PreConfig: func() {
				bucket, err := client.BucketByAlias(ctx, name)
				if err != nil || bucket.Objects != 1 {
					t.Fatal("the bucket or its object is gone", bucket, err)
				}
				if _, err := client.SetPermissions(ctx, bucket.ID, key.AccessKeyID, api.Permissions{Write: true}); err != nil {
					t.Fatal(err)
				}
				object(t, "DELETE", name, key)
			},
			Config: config,
		},
	)
}

func TestAccSourcesRead(t *testing.T) {
	garage(t)
	name := named("read")
	run(t, resource.TestStep{
		Config: fmt.Sprintf(permitted, name, "read = true") + `
data "garage_bucket" "name" {
  global_alias = garage_bucket.site.global_alias
}
data "garage_bucket" "id" {
  id = garage_bucket.site.id
}
data "garage_key" "deploy" {
  access_key_id = garage_key.deploy.access_key_id
}
ephemeral "garage_key" "deploy" {
  access_key_id = garage_key.deploy.access_key_id
}
`,
		Check: resource.ComposeTestCheckFunc(
			resource.TestCheckResourceAttrPair("data.garage_bucket.name", "id", "garage_bucket.site", "id"),
			resource.TestCheckResourceAttr("data.garage_bucket.id", "global_alias", name),
			resource.TestCheckResourceAttr("data.garage_bucket.id", "objects", "0"),
			resource.TestCheckResourceAttr("data.garage_key.deploy", "name", name),
		),
	})
}

func TestAccMistakesAreTold(t *testing.T) {
	client, name := garage(t), named("told")
	ctx := context.Background()
	taken, err := client.CreateBucket(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.DeleteBucket(ctx, taken.ID) })
	bucket := func(head, body string) string {
		return head + "resource \"garage_bucket\" \"site\" {\n" + body + "\n}\n"
	}
	for _, test := range []struct{ config, says string }{
		{bucket("", fmt.Sprintf("global_alias = %q", name)), `(?s)Can't create the bucket "` + name + `".*409.*BucketAlreadyExists.*import\s+block`},
		{bucket("", `global_alias = "No"`), `3 to 63 lower-case`},
		{bucket("", "global_alias = \"abc\"\n quotas = {}"), `(?i)at least one`},
		{bucket("provider \"garage\" {\n  token = \"wrong\"\n}\n", `global_alias = "abc"`), `(?s)Can't create the bucket "abc".*403.*GARAGE_ADMIN_TOKEN`},
		{bucket("provider \"garage\" {\n  url = \"http://127.0.0.1:1\"\n}\n", `global_alias = "abc"`), `(?s)Can't create the bucket "abc".*connection\s+refused.*GARAGE_ADMIN_URL`},
		{bucket("provider \"garage\" {\n  url = \"garage\"\n}\n", `global_alias = "abc"`), `(?s)address of the admin API can't be used`},
		{`resource "garage_bucket_permission" "p" {
  bucket_id     = "b"
  access_key_id = "GK"
}`, `permits nothing`},
		{`data "garage_bucket" "b" {
  global_alias = "not-there"
}`, `(?s)Can't read the bucket "not-there".*404.*NoSuchBucket`},
		{`data "garage_bucket" "b" {}`, `(?i)one \(and only one\)`},
	} {
		run(t, resource.TestStep{Config: test.config, ExpectError: regexp.MustCompile(test.says)})
	}
	run(t,
		resource.TestStep{Config: bucket("", fmt.Sprintf("global_alias = %q", name+"-2"))},
		resource.TestStep{
			Config:      bucket("", fmt.Sprintf("global_alias = %q", name)),
			ExpectError: regexp.MustCompile(`(?s)Can't rename the bucket "` + name + `-2"\s+to.*Another bucket has this`),
		},
	)
}
