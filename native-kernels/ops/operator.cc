#include "ops/operator.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace ssm {
namespace {

// More than any machine holds, and few enough that a count of bytes cannot overflow.
constexpr double kMaxElements = 1LL << 48;

// Reads one alternative of a shape pattern and moves `text` behind it and its separator.
std::size_t ReadAlternative(const char** text, std::array<Axis, kMaxRank>* axes) {
  std::size_t rank = 0;
  for (; **text != '\0'; ++*text) {
    if (**text == '|') {
      ++*text;
      return rank;
    }
    if (**text == '-') {
      (*axes)[rank - 1].offset = -(*++*text - '0');
    } else if (**text != ' ') {
      (*axes)[rank++] = {**text, 0};
    }
  }
  return rank;
}

// A message part of limited length: "[B=2, L, D=4]".
class Text {
 public:
  void Append(const char* part) {
    const std::size_t room = sizeof(text_) - 1 - length_;
    const std::size_t count = std::strlen(part) < room ? std::strlen(part) : room;
    std::memcpy(text_ + length_, part, count);
    length_ += count;
  }
  void AppendNumber(std::int64_t number) {
    char digits[24];
    std::snprintf(digits, sizeof digits, "%lld", static_cast<long long>(number));
    Append(digits);
  }
  const char* c_str() const { return text_; }

 private:
  char text_[128] = {};
  std::size_t length_ = 0;
};

Text Actual(const ShapeView& shape) {
  Text text;
  text.Append("[");
  for (std::size_t i = 0; i < shape.rank; ++i) {
    if (i > 0) text.Append(",");
    if (shape.dims[i] == ShapeView::kOpen) text.Append("?");
    else text.AppendNumber(shape.dims[i]);
  }
  text.Append("]");
  return text;
}

Text Expected(const char* shape, const Sizes& sizes) {
  Text text;
  while (*shape != '\0') {
    std::array<Axis, kMaxRank> axes{};
    const std::size_t rank = ReadAlternative(&shape, &axes);
    text.Append("[");
    for (std::size_t i = 0; i < rank; ++i) {
      const char letter[2] = {axes[i].letter, '\0'};
      if (i > 0) text.Append(",");
      text.Append(letter);
      if (axes[i].offset != 0) text.AppendNumber(axes[i].offset);
      if (axes[i].fixed() || sizes[axes[i].letter] == Sizes::kUnbound) continue;
      text.Append("=");
      text.AppendNumber(sizes[axes[i].letter] + axes[i].offset);
    }
    text.Append(*shape == '\0' ? "]" : "] or ");
  }
  return text;
}

bool Bind(const Axis& axis, std::int64_t value, Sizes* sizes) {
  if (axis.fixed()) return value == axis.letter - '0';
  std::int64_t& size = (*sizes)[axis.letter];
  if (size != Sizes::kUnbound && size != value) return false;
  size = value;
  return true;
}

bool Match(const char* pattern, const ShapeView& shape, Sizes* sizes) {
  std::array<Axis, kMaxRank> axes{};
  if (!AxesOfRank(pattern, shape.rank, &axes)) return false;
  for (std::size_t i = 0; i < shape.rank; ++i) {
    if (shape.dims[i] == ShapeView::kOpen) continue;
    if (shape.dims[i] < 0 || !Bind(axes[i], shape.dims[i] - axes[i].offset, sizes)) return false;
  }
  std::array<Axis, kMaxRank> full{};
  const std::size_t full_rank = ReadAlternative(&pattern, &full);
  for (std::size_t i = 0; i < full_rank; ++i) {
    if (full[i].fixed()) continue;
    const auto is_letter = [&](const Axis& axis) { return axis.letter == full[i].letter; };
    if (std::none_of(axes.begin(), axes.begin() + shape.rank, is_letter) && !Bind(full[i], 1, sizes)) return false;
  }
  return true;
}

Status BindShapes(const Operator& op, const ShapeView* inputs, bool complete, Sizes* sizes) {
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const Port& port = op.inputs[i];
    if (inputs[i].dims == nullptr) {
      if (port.optional || !complete) continue;
      return Status::InvalidArgument("%s: input %s is missing; expected %s", op.name, port.name, Expected(port.shape, *sizes).c_str());
    }
    const Sizes before = *sizes;
    if (i == 0) sizes->first_rank = inputs[i].rank;
    if (!Match(port.shape, inputs[i], sizes)) {
      return Status::InvalidArgument("%s: input %s has the shape %s, expected %s", op.name, port.name, Actual(inputs[i]).c_str(),
                                     Expected(port.shape, before).c_str());
    }
  }
  return Status::Ok();
}

}  // namespace

bool AxesOfRank(const char* shape, std::size_t rank, std::array<Axis, kMaxRank>* axes) {
  while (*shape != '\0') {
    if (ReadAlternative(&shape, axes) == rank) return true;
  }
  return false;
}

std::size_t OutputAxes(const Port& output, const Sizes& sizes, std::array<Axis, kMaxRank>* axes) {
  const char* shape = output.shape;
  const std::size_t only = ReadAlternative(&shape, axes);
  if (*shape == '\0') return only;
  return AxesOfRank(output.shape, sizes.first_rank, axes) ? sizes.first_rank : 0;
}

Status BindKnownSizes(const Operator& op, const ShapeView* inputs, Sizes* sizes) { return BindShapes(op, inputs, false, sizes); }

Status BindSizes(const Operator& op, const ShapeView* inputs, Sizes* sizes) {
  const Status status = BindShapes(op, inputs, true, sizes);
  if (!status.ok()) return status;
  for (char letter = 'A'; letter <= 'Z'; ++letter) {
    if ((*sizes)[letter] == Sizes::kUnbound) (*sizes)[letter] = 1;
  }
  return Status::Ok();
}

Status ParseAttribute(const Operator& op, std::size_t attribute, const AttributeValue& value, double* parsed) {
  const Attribute& spec = op.attributes[attribute];
  *parsed = value.kind == AttributeValue::kAbsent ? spec.absent : value.number;
  if (value.kind == AttributeValue::kAbsent) return Status::Ok();
  const bool integer = value.kind == AttributeValue::kInteger;
  if (spec.kind == Attribute::kCount) {
    if (integer && value.number >= 1 && value.number <= kMaxElements) return Status::Ok();
    return Status::InvalidArgument("%s: the attribute %s must be an integer of at least 1", op.name, spec.name);
  }
  if (spec.kind == Attribute::kReal) {
    if ((integer || value.kind == AttributeValue::kReal) && value.number >= 0) return Status::Ok();
    return Status::InvalidArgument("%s: the attribute %s must be a number of at least 0", op.name, spec.name);
  }
  if (spec.choices.empty()) {
    if (integer && (value.number == 0 || value.number == 1)) return Status::Ok();
    return Status::InvalidArgument("%s: the attribute %s must be the integer 0 or 1", op.name, spec.name);
  }
  Text allowed;
  for (std::size_t i = 0; i < spec.choices.size(); ++i) {
    *parsed = static_cast<double>(i);
    if (value.kind == AttributeValue::kText && std::strcmp(value.text, spec.choices[i]) == 0) return Status::Ok();
    allowed.Append(i == 0 ? "\"" : ", \"");
    allowed.Append(spec.choices[i]);
    allowed.Append("\"");
  }
  const bool is_text = value.kind == AttributeValue::kText;
  return Status::InvalidArgument("%s: the attribute %s must be one of %s, got %.40s", op.name, spec.name, allowed.c_str(), is_text ? value.text : "no string");
}

Status OutputShape(const Operator& op, std::size_t output, const Sizes& sizes, Shape* shape) {
  std::array<Axis, kMaxRank> axes{};
  shape->rank = OutputAxes(op.outputs[output], sizes, &axes);
  double elements = 1;
  for (std::size_t i = 0; i < shape->rank; ++i) {
    const std::int64_t size = axes[i].fixed() ? axes[i].letter - '0' : sizes[axes[i].letter] + axes[i].offset;
    if (size < 0) {
      return Status::InvalidArgument("%s: the size %c is %lld, expected at least %d", op.name, axes[i].letter,
                                     static_cast<long long>(sizes[axes[i].letter]), -axes[i].offset);
    }
    shape->dims[i] = size;
    elements *= static_cast<double>(size);
  }
  if (elements > kMaxElements) return Status::InvalidArgument("%s: output %s would have %.3g elements", op.name, op.outputs[output].name, elements);
  return Status::Ok();
}

}  // namespace ssm
