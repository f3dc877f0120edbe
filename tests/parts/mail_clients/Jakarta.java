import jakarta.mail.*;
import jakarta.mail.internet.*;
import java.util.Properties;

/** Hands in one message as Jakarta Mail does: port, user, key and file are arguments, recipients the rest. */
public class Jakarta {
    public static void main(String[] said) throws Exception {
        var settings = new Properties();
        settings.put("mail.smtp.starttls.required", "true");
        settings.put("mail.smtp.starttls.enable", "true");
        settings.put("mail.smtp.ssl.trust", "*");
        settings.put("mail.smtp.ssl.checkserveridentity", "false");
        var session = Session.getInstance(settings);
        var message = new MimeMessage(session);
        message.setFrom(said[1]);
        for (int at = 4; at < said.length; at++) message.addRecipients(Message.RecipientType.TO, said[at]);
        message.setSubject("Report cards by Jakarta Mail");
        var text = new MimeBodyPart();
        text.setText("Please find enclosed.");
        var file = new MimeBodyPart();
        file.attachFile(said[3], "application/pdf", "base64");
        message.setContent(new MimeMultipart(text, file));
        message.saveChanges();
        var transport = session.getTransport("smtp");
        transport.connect("127.0.0.1", Integer.parseInt(said[0]), said[1], said[2]);
        transport.sendMessage(message, message.getAllRecipients());
        transport.close();
    }
}
