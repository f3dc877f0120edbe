// Hands in one message as nodemailer does: port, user and key are arguments, recipients the rest.
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";

const [port, user, pass, file, ...to] = process.argv.slice(2);
const transport = nodemailer.createTransport({
  host: "127.0.0.1", port: Number(port), requireTLS: true, tls: { rejectUnauthorized: false }, auth: { user, pass },
});
const told = await transport.sendMail({
  from: user, to, subject: "Report cards by nodemailer", text: "Please find enclosed.",
  attachments: [{ filename: "report card.pdf", content: readFileSync(file) }],
});
console.log(told.response);
