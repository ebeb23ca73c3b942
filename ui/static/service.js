// Says when the service is away, and has Streamlit run the page again when it is back.
const EVERY_MS = 4000;
const NOTICE =
  "<b>Dịch vụ trả lời đang tạm dừng hoặc khởi động lại.</b> " +
  "Trang sẽ tự kết nối lại; câu hỏi đang chờ sẽ được gửi khi dịch vụ trở lại.";

let notice = null;

function show() {
  if (notice) return;
  notice = Object.assign(document.createElement("div"), { className: "notice", innerHTML: NOTICE });
  notice.setAttribute("role", "alert");
  document.body.append(notice);
}

async function look() {
  let ready;
  try {
    ready = (await (await fetch("./tro-ly/dich-vu")).json()).ready;
  } catch {
    return; // the chat's own server is away: Streamlit says so itself
  }
  if (!ready) return show();
  if (notice || document.querySelector(".waiting")) document.querySelector(".st-key-service_back button")?.click();
  notice?.remove();
  notice = null;
}

export function watchService() {
  setInterval(() => document.visibilityState === "visible" && look(), EVERY_MS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
}
