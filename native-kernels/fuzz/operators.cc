// Every operator of the list by its ports: shapes that mostly fit, optional inputs, attributes, values; every instruction set beside the reference.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "fuzz/fuzz.h"
#include "ops/operators.h"

namespace ssm_fuzz {
namespace {

using ssm::Operator;
using ssm::Port;

// Sizes by letter. Some pairs must be equal or divide one another, which chance alone would hardly hit.
ssm::Sizes ChooseSizes(Choices* choices) {
  ssm::Sizes sizes;
  for (char letter = 'A'; letter <= 'Z'; ++letter) sizes[letter] = choices->Size();
  sizes['B'] = choices->Below(4);
  sizes['Q'] = 1 + choices->Below(2);
  const bool grouped = choices->Coin();
  sizes['G'] = grouped ? 1 + choices->Below(4) : 1;
  if (choices->Coin()) sizes['E'] = sizes['T'] = sizes['D'];
  if (choices->Coin()) sizes['G'] = sizes['D'];
  return sizes;
}

struct Input {
  std::array<std::int64_t, ssm::kMaxRank> dims{};
  std::size_t rank = 0;
  float* data = nullptr;
};

// One of the port's alternatives: the first, or one that is shorter by an axis of size 1 as often as the bytes say so.
Input ChooseShape(const Port& port, const ssm::Sizes& sizes, Choices* choices) {
  Input input;
  std::array<ssm::Axis, ssm::kMaxRank> axes{}, shorter{};
  std::size_t rank = ssm::kMaxRank;
  while (!ssm::AxesOfRank(port.shape, rank, &axes)) --rank;
  const auto spared = [&](const ssm::Axis& axis) {
    const auto same = [&](const ssm::Axis& other) { return other.letter == axis.letter; };
    return axis.fixed() || sizes[axis.letter] == 1 || std::any_of(shorter.begin(), shorter.begin() + rank - 1, same);
  };
  if (rank > 1 && choices->Coin() && ssm::AxesOfRank(port.shape, rank - 1, &shorter) && std::all_of(axes.begin(), axes.begin() + rank, spared)) {
    axes = shorter;
    --rank;
  }
  input.rank = rank;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t size = axes[i].fixed() ? axes[i].letter - '0' : sizes[axes[i].letter] + axes[i].offset;
    input.dims[i] = choices->Rarely() ? choices->Size() : size < 0 ? 0 : size;
  }
  if (choices->Rarely()) input.rank = static_cast<std::size_t>(choices->Below(ssm::kMaxRank));
  return input;
}

std::int64_t Elements(const std::int64_t* dims, std::size_t rank) {
  std::int64_t elements = 1;
  for (std::size_t i = 0; i < rank; ++i) elements *= dims[i];
  return elements;
}

double ChooseAttribute(const Operator& op, std::size_t index, Choices* choices) {
  const auto& words = op.attributes[index].choices;
  ssm::AttributeValue value;
  value.kind = static_cast<ssm::AttributeValue::Kind>(choices->Below(5));
  value.number = choices->Below(3);
  value.text = words.empty() || choices->Rarely() ? "%n%s%1000d" : words[static_cast<std::size_t>(choices->Below(static_cast<std::int64_t>(words.size())))];
  double parsed = 0;
  return ssm::ParseAttribute(op, index, value, &parsed).ok() ? parsed : op.attributes[index].absent;
}

}  // namespace

void FuzzOperators(const std::uint8_t* bytes, std::size_t size) {
  Choices choices(bytes, size);
  const auto& operators = ssm::Operators();
  const Operator& op = *operators[static_cast<std::size_t>(choices.Below(static_cast<std::int64_t>(operators.size())))];
  const ssm::Sizes wanted = ChooseSizes(&choices);

  Tensors tensors(&choices);
  std::array<Input, ssm::kMaxPorts> inputs;
  std::array<ssm::ShapeView, ssm::kMaxPorts> shapes;
  std::array<const float*, ssm::kMaxPorts> data{};
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const Port& port = op.inputs[i];
    if (port.optional ? choices.Coin() : choices.Rarely()) continue;
    inputs[i] = ChooseShape(port, wanted, &choices);
    const std::int64_t elements = Elements(inputs[i].dims.data(), inputs[i].rank);
    if (elements > kMostWork) return;
    const bool decays = std::strcmp(port.name, "A") == 0, is_short = std::strcmp(port.name, "kappa") == 0;  // longer keys would let a state grow
    data[i] = is_short ? tensors.Dense(elements, -0.1f, 0.1f) : tensors.Dense(elements, -1, decays ? 0.0f : 1.0f);
    shapes[i] = {inputs[i].dims.data(), inputs[i].rank};
  }
  std::array<double, ssm::kMaxPorts> attributes{};
  for (std::size_t i = 0; i < op.attributes.size(); ++i) attributes[i] = ChooseAttribute(op, i, &choices);

  ssm::Sizes sizes;
  if (!ssm::BindSizes(op, shapes.data(), &sizes).ok()) return;
  std::array<std::optional<Output>, ssm::kMaxPorts> outputs;
  std::array<float*, ssm::kMaxPorts> expected{}, actual{};
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    if (op.outputs[i].optional && choices.Coin()) continue;
    ssm::Shape shape;
    if (!ssm::OutputShape(op, i, sizes, &shape).ok()) return;
    const std::int64_t elements = Elements(shape.dims.data(), shape.rank);
    if (elements * sizes['N'] > kMostWork) return;
    outputs[i].emplace(elements);
    expected[i] = outputs[i]->expected();
    actual[i] = outputs[i]->actual();
  }

  const ssm::Status reference = op.compute({data.data(), expected.data(), attributes.data(), sizes}, ssm::SerialParallel(), ssm::Isa::kReference);
  const ssm::Parallel threads = SharedThreads(1 + choices.Below(3));
  for (const ssm::Isa isa : ssm::kAllIsas) {
    if (isa == ssm::Isa::kReference || !ssm::IsaSupported(isa)) continue;
    for (auto& output : outputs) {
      if (output) output->Reset();
    }
    const ssm::Status status = op.compute({data.data(), actual.data(), attributes.data(), sizes}, threads, isa);
    if (status.code() != reference.code()) Fail("%s on %s: \"%s\", the reference: \"%s\"", op.name, ssm::IsaName(isa), status.message(), reference.message());
    if (!status.ok() || !tensors.comparable()) continue;
    for (std::size_t i = 0; i < op.outputs.size(); ++i) {
      if (outputs[i]) outputs[i]->Compare(op.name, ssm::IsaName(isa));
    }
  }
}

}  // namespace ssm_fuzz
