// Ask the JavaScript implementations once and keep what they say. In a folder with these packages installed
// (npm install mrz@5.0.2 mrz-fast@1.0.9 nik-parser@1.0.1, all MIT):
//   (cd TESTS && PYTHONPATH=.. python -m others.vectors) | node record.mjs > TESTS/others/answers.json
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const from = createRequire(join(process.cwd(), "package.json"));
const { parse } = from("mrz");
const { parseMRZ } = from("mrz-fast");
const { nikParser } = from("nik-parser");

const said = (valid, fields) =>
  valid
    ? {
        number: fields.documentNumber ?? "", surname: fields.lastName ?? "", given: fields.firstName ?? "",
        issuer: fields.issuingState ?? "", nationality: fields.nationality ?? "",
        sex: { female: "F", male: "M" }[fields.sex] ?? null,
        born: fields.birthDate ?? "", expires: fields.expirationDate ?? "", personal: fields.personalNumber ?? "",
      }
    : null;

const ask = {
  mrz: {
    "mrz 5.0.2": (lines) => { const answer = parse(lines); return said(answer.valid, answer.fields); },
    "mrz-fast 1.0.9": (lines) => { const answer = parseMRZ(lines); return said(answer.valid, answer.fields); },
  },
  nik: {
    "nik-parser 1.0.1": (text) => {
      const nik = nikParser(text);
      if (!nik.isValid()) return null;
      const born = nik.lahir();
      const two = (n) => String(n).padStart(2, "0");
      return { sex: nik.kelamin() === "wanita" ? "F" : "M",
               born: `${born.getFullYear()}-${two(born.getMonth() + 1)}-${two(born.getDate())}` };
    },
  },
};

const answers = {};
const questions = JSON.parse(readFileSync(0, "utf8"));
for (const [subject, families] of Object.entries(questions)) {
  for (const [them, question] of Object.entries(ask[subject])) {
    answers[them] = {};
    for (const vectors of Object.values(families)) {
      for (const vector of vectors) {
        let answer = null;
        try { answer = question(vector); } catch { /* thrown is refused */ }
        answers[them][Array.isArray(vector) ? vector.join("|") : vector] = answer;
      }
    }
  }
}
process.stdout.write(JSON.stringify(answers, null, 0).replaceAll("},\"", "},\n\"").replaceAll("null,\"", "null,\n\"") + "\n");
