package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"lab.invalid/terraform-provider-garage/internal/api"
)

// failed reports what could not be done, to what, what Garage said about it, and
// the next step where there is one to name.
func failed(diagnostics *diag.Diagnostics, what string, err error) {
	detail := err.Error() + "."
	if advice := advice(err); advice != "" {
		detail += "\n\n" + advice
	}
	diagnostics.AddError(what, detail)
}

func advice(err error) string {
	switch {
	case api.HasCode(err, "BucketAlreadyExists"), api.HasCode(err, "InvalidRequest") && aliasIsTaken(err):
		return "Another bucket has this name already. Choose another one, or adopt that bucket with an import block."
	case api.HasCode(err, "BucketNotEmpty"):
		return "Garage only deletes empty buckets, and this provider never deletes objects. Empty it first, or keep it: a removed block with destroy = false takes it out of the state only."
	case api.Refused(err):
		return fmt.Sprintf("The admin token isn't accepted for this. Look at the provider's token and at the variable %s.", tokenVariable)
	case api.Unreachable(err):
		return fmt.Sprintf("Nobody answers at this address. Look at the provider's url and at the variable %s.", urlVariable)
	default:
		return ""
	}
}
