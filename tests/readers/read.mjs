// What ical.js and node-ical make of calendars: one JSON object a file, by UID, each event as both read it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, ...files] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const ICAL = (await import(require.resolve("ical.js"))).default;
const nodeIcal = require("node-ical");

function byIcalJs(text) {
  const component = new ICAL.Component(ICAL.parse(text));
  for (const zone of component.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  const found = {};
  for (const one of component.getAllSubcomponents("vevent")) {
    const event = new ICAL.Event(one);
    found[event.uid] = {
      summary: event.summary,
      description: event.description ?? "",
      starts: event.startDate.isDate ? event.startDate.toString() : event.startDate.toJSDate().toISOString(),
      status: one.getFirstPropertyValue("status"),
      sequence: event.sequence,
      alarms: one.getAllSubcomponents("valarm").length,
    };
  }
  return { name: component.getFirstPropertyValue("x-wr-calname"), events: found };
}

function byNodeIcal(text) {
  const found = {};
  for (const one of Object.values(nodeIcal.sync.parseICS(text))) {
    if (one.type !== "VEVENT") continue;
    const words = (value) => (value && typeof value === "object" && "val" in value ? value.val : value);
    const two = (number) => String(number).padStart(2, "0");
    const day = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    found[one.uid] = {
      summary: words(one.summary),
      description: words(one.description) ?? "",
      starts: one.datetype === "date" ? day(one.start) : one.start.toISOString(),
      status: one.status,
      sequence: Number(one.sequence),
      alarms: (one.alarms ?? []).length,
    };
  }
  return { events: found };
}

const answer = {};
for (const file of files) {
  const text = readFileSync(file, "utf-8");
  answer[file] = { icalJs: byIcalJs(text), nodeIcal: byNodeIcal(text) };
}
process.stdout.write(JSON.stringify(answer));
