"""The sentences that synthetic reports draw from."""

SUBJECTS = (
    "Kết quả thực hiện công tác cải cách hành chính",
    "Tình hình thực hiện công tác cải cách hành chính",
    "Công tác cải cách hành chính",
)
REQUESTS = ("hướng dẫn của Bộ Nội vụ", "Công văn của Bộ Nội vụ", "quy định của Chính phủ")
TASK_HEADINGS = ("PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM", "NHIỆM VỤ TRỌNG TÂM")
MEETINGS = (
    "tổng kết công tác CCHC và công bố Chỉ số CCHC cấp sở, cấp huyện",
    "triển khai nhiệm vụ CCHC và ký cam kết giữa các sở, ngành",
    "sơ kết việc giải quyết hồ sơ trên môi trường mạng",
    "đối thoại về cải thiện môi trường đầu tư",
)
DEPARTMENTS = (
    "Sở Y tế", "Sở Xây dựng", "Sở Công Thương", "Sở Giáo dục và Đào tạo", "Sở Tài chính", "Sở Giao thông vận tải",
    "Sở Khoa học và Công nghệ", "Sở Tài nguyên và Môi trường", "Sở Kế hoạch và Đầu tư", "Ban Dân tộc",
)  # fmt: skip
LANGUAGES = ("tiếng Thái", "tiếng Mông", "tiếng Dao", "tiếng Tày", "tiếng Mường", "tiếng Nùng")
INITIATIVES = (
    "Đề án nâng cao Chỉ số hiệu quả quản trị và hành chính công (PAPI) được phê duyệt",
    "Bộ chỉ số đánh giá năng lực cạnh tranh cấp sở, ngành và địa phương (DDCI) được ban hành",
    "Quy chế phối hợp giải quyết thủ tục đầu tư được ban hành",
    "Đề án đo lường sự hài lòng của người dân đối với dịch vụ y tế được phê duyệt",
    "Bộ tiêu chí chấm điểm CCHC cấp xã được ban hành",
    "Quy định về trách nhiệm người đứng đầu trong CCHC được ban hành",
)
FAULTS = (
    "qua kiểm tra phát hiện 03 văn bản sai về căn cứ ban hành",
    "qua kiểm tra phát hiện 01 văn bản sai về thẩm quyền",
    "qua kiểm tra phát hiện 04 văn bản sai về thể thức trình bày",
    "qua kiểm tra không phát hiện văn bản trái pháp luật",
)
FIELDS = (
    "Đất đai", "Tư pháp", "Nội vụ", "Xây dựng", "Y tế", "Giáo dục và Đào tạo", "Công thương", "Giao thông vận tải",
    "Văn hóa và Thể thao", "Lao động", "Khoa học và Công nghệ", "Thông tin và Truyền thông",
)  # fmt: skip
MODELS = (
    "Áp dụng mô hình “Ngày thứ Sáu không hẹn” tại bộ phận một cửa cấp xã",
    "Áp dụng mô hình “Tổ lưu động làm thủ tục tại bản”",
    "Áp dụng mô hình “Trả kết quả trong 2 giờ” đối với chứng thực",
    "Áp dụng mô hình “Chính quyền thân thiện” tại cấp xã",
    "Áp dụng mô hình “Một cửa lưu động vùng cao”",
    "Áp dụng mô hình “Công dân không viết” khi nộp hồ sơ",
    "Áp dụng mô hình “5 tại chỗ” tại Trung tâm Phục vụ hành chính công",
    "Áp dụng mô hình “Cà phê doanh nhân” vào sáng thứ Bảy",
)
MERGERS = (
    "sáp nhập Trung tâm Khuyến nông với Trung tâm Giống cây trồng",
    "hợp nhất Ban Quản lý dự án giao thông và Ban Quản lý dự án dân dụng",
    "giải thể Trung tâm Bán đấu giá tài sản",
    "chuyển Trung tâm Dạy nghề cấp huyện về Sở Lao động - Thương binh và Xã hội",
    "thành lập Trung tâm Phục vụ hành chính công trực thuộc Văn phòng UBND",
    "tổ chức lại Chi cục Văn thư - Lưu trữ thành phòng thuộc Sở Nội vụ",
)
DIRECTIVES = (
    "siết chặt kỷ luật, kỷ cương hành chính",
    "nâng cao đạo đức công vụ",
    "chấn chỉnh việc tiếp công dân",
    "tăng cường quản lý hồ sơ cán bộ, công chức",
    "chống tiêu cực trong tuyển dụng công chức",
)
SAVINGS = (
    "tiết kiệm chi thường xuyên 38 tỷ đồng so với dự toán",
    "khoán xe công cho 12 cơ quan",
    "đấu thầu mua sắm tập trung 09 danh mục tài sản",
    "thu hồi 06 cơ sở nhà, đất sử dụng sai mục đích",
    "giao quyền tự chủ cho toàn bộ bệnh viện tuyến huyện",
)
PLATFORMS = (
    "Trung tâm điều hành thông minh (IOC) vận hành thử nghiệm",
    "Nền tảng chia sẻ, tích hợp dùng chung kết nối 14 cơ sở dữ liệu quốc gia",
    "Kho dữ liệu dùng chung lưu 1,2 triệu hồ sơ đã số hóa",
    "Hệ thống giám sát an toàn thông tin (SOC) giám sát toàn bộ máy chủ",
    "Ứng dụng phản ánh hiện trường nhận 2.460 kiến nghị của người dân",
)
MERITS = (
    "Sự chỉ đạo quyết liệt của người đứng đầu tạo chuyển biến rõ ở cấp cơ sở",
    "Việc công khai kết quả xếp hạng tạo sức ép thi đua giữa các cơ quan",
    "Ứng dụng công nghệ thông tin rút ngắn thời gian giải quyết hồ sơ",
    "Sự tham gia của Mặt trận Tổ quốc giúp giám sát chặt việc giải quyết hồ sơ",
)
SHORTCOMINGS = (
    "Một số đơn vị gửi báo cáo chậm, có {n} lượt phải đôn đốc bằng văn bản.",
    "Tỷ lệ hồ sơ nộp trực tuyến còn thấp, mới đạt {n}% tổng số hồ sơ tiếp nhận.",
    "Việc luân chuyển hồ sơ đất đai giữa chi nhánh văn phòng đăng ký và cơ quan thuế còn chậm.",
    "Trang thiết bị của bộ phận một cửa tại {n} xã đã xuống cấp, chưa được thay thế.",
    "Việc niêm yết TTHC ở một số xã chưa đúng danh mục đã công bố.",
    "Cán bộ đầu mối kiểm soát TTHC thường xuyên thay đổi, thiếu kinh nghiệm.",
    "Chỉ số PAPI giảm {n} bậc so với năm trước.",
    "Phần mềm một cửa thường bị gián đoạn vào giờ cao điểm.",
    "Công tác tuyên truyền ở vùng sâu, vùng xa còn hình thức.",
    "Việc sắp xếp trường học liên cấp còn vướng về chế độ cho viên chức dôi dư.",
)
CAUSES = (
    "Đường truyền mạng tại nhiều xã vùng cao chưa ổn định.",
    "Kinh phí dành cho CCHC hạn hẹp, phụ thuộc ngân sách Trung ương hỗ trợ.",
    "Người dân chưa có thói quen sử dụng dịch vụ công trực tuyến.",
    "Văn bản hướng dẫn của bộ, ngành ban hành chậm và thiếu đồng bộ.",
    "Trình độ công nghệ thông tin của công chức cấp xã không đồng đều.",
    "Vai trò người đứng đầu ở một số đơn vị chưa được phát huy.",
    "Dịch COVID-19 làm gián đoạn nhiều hội nghị, lớp tập huấn.",
    "Chế độ phụ cấp cho công chức bộ phận một cửa chưa tương xứng.",
)
TASKS = (
    "Hoàn thành số hóa kết quả giải quyết TTHC còn hiệu lực của các sở, ngành.",
    "Tổ chức thi tuyển chức danh lãnh đạo cấp phòng tại ba sở.",
    "Rà soát, cắt giảm tối thiểu 20% thời gian giải quyết TTHC về đầu tư.",
    "Thay thế máy móc, thiết bị cho bộ phận một cửa cấp xã.",
    "Khảo sát mức độ hài lòng của doanh nghiệp bằng hình thức trực tuyến.",
    "Trình HĐND nghị quyết miễn, giảm lệ phí khi nộp hồ sơ trực tuyến.",
    "Xây dựng đề án vị trí việc làm theo quy định mới.",
    "Tập huấn ký số cho toàn bộ lãnh đạo cấp xã.",
    "Thanh tra công vụ đột xuất tại các đơn vị có nhiều phản ánh.",
    "Phổ cập tài khoản dịch vụ công cho người dân trong độ tuổi lao động.",
    "Xử lý dứt điểm các văn bản QPPL đã hết hiệu lực một phần.",
)
RECIPIENTS = (
    "Thường trực HĐND", "Ban Tổ chức Tỉnh ủy", "Ủy ban MTTQ", "Các sở, ban, ngành", "UBND các huyện, thành phố",
    "Đoàn Đại biểu Quốc hội", "Cổng thông tin điện tử", "Viện Khoa học Tổ chức nhà nước",
)  # fmt: skip
FAMILY_NAMES = ("Lò Văn", "Quàng Thị", "Giàng A", "Bùi Đức", "Hà Quốc", "Đinh Thị", "Hoàng Minh", "Trần Bá", "Vàng Seo")
GIVEN_NAMES = ("Mẫu", "Thử", "Giả", "Dụ", "Minh Họa")
