document.documentElement.dataset.js = ""; try { const t = localStorage.theme; if (t === "light" || t === "dark") document.documentElement.dataset.theme = t; } catch { /* storage is off */ }
