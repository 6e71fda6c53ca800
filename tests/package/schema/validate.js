// validate.js FILE...: CycloneDX's own schema (1.6, strict) says what is wrong with each.
import { readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
for (const path of process.argv.slice(2)) {
  const wrong = await validator.validate(readFileSync(path, "utf8"));
  if (wrong !== null) {
    console.error(path, JSON.stringify(wrong, null, 1));
    process.exitCode = 1;
  }
}
