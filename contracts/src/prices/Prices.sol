// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import { EnumerableSet } from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Calendar } from "../base/Calendar.sol";
import { IPrices } from "./IPrices.sol";
import { Kinds } from "./Kinds.sol";
import { PriceRule } from "./PriceRule.sol";

/// @title What things cost: NXQ in dollars per period, instance kinds in dollars an hour.
/// @dev {Kinds} lists the instance kinds. Here: a period's price is fixed by the quotes that were on chain at its start: every call that could change a quote
/// first fills the periods that have started. A quote counts for an hour, so at most an hour's periods are computed.
contract Prices is Kinds, Calendar {
    using Checkpoints for Checkpoints.Trace208;
    using EnumerableSet for EnumerableSet.AddressSet;

    struct Quote {
        uint80 weiPerMicroUsd;
        uint40 quotedAt;
    }

    /// @custom:storage-location erc7201:nexqloud.storage.Prices
    struct PricesStorage {
        /// Last period whose price is fixed.
        uint40 filledThrough;
        /// Start of the last period whose price came from fresh quotes.
        uint40 fixedAt;
        uint40 newestQuoteAt;
        bool cut;
        uint16 stepBps;
        uint8 quotesNeeded;
        EnumerableSet.AddressSet signers;
        mapping(address signer => Quote) quotes;
        /// By the period from which a price holds: price (80 bits), integral at that period's start (128 bits).
        Checkpoints.Trace208 history;
    }

    /// @dev The prices of periods that have started but are not stored yet.
    struct Pending {
        uint256 count;
        uint256[] periods;
        uint208[] entries;
        uint256 fixedAt;
        bool cut;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Prices")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant PRICES_STORAGE =
        0x3ae7732c1019f5e1c346845353b68f7ad7c7b0b6f906db985b96be7c1ee17400;

    /// @dev How long a quote counts, in seconds.
    uint256 private constant FRESH_SECONDS = 3600;
    /// @dev How old a price may be to sell keys and open leases.
    uint256 private constant FIRM_SECONDS = 2 days;
    uint256 private constant MAX_SIGNERS = 31;
    /// @dev 10²⁴ wei for a millionth of a dollar: far past any use, and no sum of it overflows.
    uint256 private constant MAX_QUOTE = 1e24;

    /// @notice Fewest signers and fewest fresh quotes that a vote may set: 7 and 5 on the main network.
    uint256 public immutable leastSigners;
    uint256 public immutable leastQuotes;

    constructor(uint256 genesisTime_, uint256 periodSeconds_, uint256 leastSigners_, uint256 leastQuotes_)
        Calendar(genesisTime_, periodSeconds_)
    {
        leastSigners = leastSigners_;
        leastQuotes = leastQuotes_;
    }

    function initialize(address owner_, uint256 firstPrice, uint16 stepBps, address[] calldata signers_)
        external
        initializer
    {
        __Ownable_init(owner_);
        PricesStorage storage $ = _prices();
        for (uint256 i = 0; i < signers_.length; ++i) {
            if (!$.signers.add(signers_[i])) revert PricesSignerKnown(signers_[i]);
        }
        _requireSigners(signers_.length, leastQuotes);
        if (firstPrice == 0 || firstPrice > MAX_QUOTE || firstPrice % PriceRule.UNIT != 0) {
            revert PricesQuoteInvalid(firstPrice);
        }
        $.quotesNeeded = uint8(leastQuotes);
        $.stepBps = stepBps;
        $.fixedAt = uint40(genesisTime);
        $.history.push(0, _entry(firstPrice, 0));
    }

    /// @inheritdoc IPrices
    function fill() public returns (uint256 price, bool firm) {
        PricesStorage storage $ = _prices();
        uint256 current = currentPeriod();
        if ($.filledThrough < current) {
            Pending memory pending = _pending(current);
            for (uint256 i = 0; i < pending.count; ++i) {
                $.history.push(uint48(pending.periods[i]), pending.entries[i]);
                emit PriceFixed(pending.periods[i], _price(pending.entries[i]));
            }
            $.filledThrough = uint40(current);
            $.fixedAt = uint40(pending.fixedAt);
            $.cut = pending.cut;
        }
        return (_price($.history.latest()), _isFirm($.cut, $.fixedAt));
    }

    /// @inheritdoc IPrices
    function quote(uint256 weiPerMicroUsd_) external {
        fill();
        PricesStorage storage $ = _prices();
        if (!$.signers.contains(msg.sender)) revert PricesCallerNotSigner(msg.sender);
        if (weiPerMicroUsd_ == 0 || weiPerMicroUsd_ > MAX_QUOTE) revert PricesQuoteInvalid(weiPerMicroUsd_);
        $.quotes[msg.sender] = Quote(uint80(weiPerMicroUsd_), uint40(block.timestamp));
        $.newestQuoteAt = uint40(block.timestamp);
        emit Quoted(msg.sender, weiPerMicroUsd_);
    }

    /// @inheritdoc IPrices
    function addSigner(address signer) external onlyOwner {
        fill();
        PricesStorage storage $ = _prices();
        if (!$.signers.add(signer)) revert PricesSignerKnown(signer);
        _requireSigners($.signers.length(), $.quotesNeeded);
        emit SignerAdded(signer);
    }

    /// @inheritdoc IPrices
    function removeSigner(address signer) external onlyOwner {
        fill();
        PricesStorage storage $ = _prices();
        if (!$.signers.remove(signer)) revert PricesSignerUnknown(signer);
        delete $.quotes[signer];
        _requireSigners($.signers.length(), $.quotesNeeded);
        emit SignerRemoved(signer);
    }

    /// @inheritdoc IPrices
    function setQuotesNeeded(uint256 quotesNeeded) external onlyOwner {
        fill();
        PricesStorage storage $ = _prices();
        _requireSigners($.signers.length(), quotesNeeded);
        $.quotesNeeded = uint8(quotesNeeded);
        emit QuotesNeededChanged(quotesNeeded);
    }

    /// @inheritdoc IPrices
    function setStep(uint256 stepBps) external onlyOwner {
        fill();
        if (stepBps < 500 || stepBps > 5000) revert PricesStepOutOfRange(stepBps);
        _prices().stepBps = uint16(stepBps);
        emit PriceStepChanged(stepBps);
    }

    /// @inheritdoc IPrices
    function weiPerMicroUsd(uint256 period) public view returns (uint256) {
        uint256 current = currentPeriod();
        if (period > current) revert PricesPeriodUnknown(period, current);
        (, uint208 entry) = _entryAt(period, current);
        return _price(entry);
    }

    /// @inheritdoc IPrices
    function currentPrice() external view returns (uint256) {
        return weiPerMicroUsd(currentPeriod());
    }

    /// @inheritdoc IPrices
    function integralAt(uint256 time) external view returns (uint256) {
        if (time < genesisTime) revert PricesTimeUnknown(time);
        uint256 current = currentPeriod();
        (uint256 since, uint208 entry) = _entryAt(Math.min(periodOf(time), current), current);
        return _integral(entry) + _price(entry) * (time - periodStart(since));
    }

    /// @inheritdoc IPrices
    function isFirm() external view returns (bool) {
        PricesStorage storage $ = _prices();
        uint256 current = currentPeriod();
        if ($.filledThrough == current) return _isFirm($.cut, $.fixedAt);
        Pending memory pending = _pending(current);
        return _isFirm(pending.cut, pending.fixedAt);
    }

    /// @inheritdoc IPrices
    function signers() external view returns (address[] memory) {
        return _prices().signers.values();
    }

    /// @inheritdoc IPrices
    function quoteOf(address signer) external view returns (uint256, uint256) {
        Quote storage quoted = _prices().quotes[signer];
        return (quoted.weiPerMicroUsd, quoted.quotedAt);
    }

    /// @dev The price that holds in `period` and the period since which it does.
    function _entryAt(uint256 period, uint256 current) private view returns (uint256 since, uint208 entry) {
        PricesStorage storage $ = _prices();
        if (period > $.filledThrough) {
            Pending memory pending = _pending(current);
            for (uint256 i = pending.count; i > 0; --i) {
                if (pending.periods[i - 1] <= period) {
                    return (pending.periods[i - 1], pending.entries[i - 1]);
                }
            }
        }
        return _stored($.history, uint48(period));
    }

    /// @dev Looks at the newest entry first: nearly every call asks for it.
    function _stored(Checkpoints.Trace208 storage history, uint48 period)
        private
        view
        returns (uint256 since, uint208 entry)
    {
        (, uint48 newest, uint208 value) = history.latestCheckpoint();
        if (newest <= period) return (newest, value);
        uint256 low = 0;
        uint256 high = history.length() - 1;
        while (low + 1 < high) {
            uint256 middle = Math.average(low, high);
            if (history.at(uint32(middle))._key <= period) low = middle;
            else high = middle;
        }
        Checkpoints.Checkpoint208 memory found = history.at(uint32(low));
        return (found._key, found._value);
    }

    /// @dev Prices of the started periods that are not stored yet; one entry for each that differs from the one before.
    function _pending(uint256 current) private view returns (Pending memory pending) {
        PricesStorage storage $ = _prices();
        uint256 first = uint256($.filledThrough) + 1;
        uint256 last = Math.min(current, periodOf(Math.max($.newestQuoteAt, genesisTime) + FRESH_SECONDS));
        uint256 room = last < first ? 0 : last + 1 - first;
        pending.periods = new uint256[](room);
        pending.entries = new uint208[](room);
        (pending.fixedAt, pending.cut) = ($.fixedAt, $.cut);
        (, uint256 since, uint208 entry) = $.history.latestCheckpoint();
        for (uint256 period = first; period <= last; ++period) {
            uint256[] memory fresh = _freshQuotes(periodStart(period));
            if (fresh.length < $.quotesNeeded) continue;
            uint256 price;
            (price, pending.cut) = PriceRule.next(_price(entry), PriceRule.lowerMedian(fresh), $.stepBps);
            pending.fixedAt = periodStart(period);
            if (price == _price(entry)) continue;
            uint256 integral = _integral(entry) + _price(entry) * (period - since) * periodSeconds;
            (since, entry) = (period, _entry(price, integral));
            pending.periods[pending.count] = period;
            pending.entries[pending.count++] = entry;
        }
    }

    function _freshQuotes(uint256 time) private view returns (uint256[] memory fresh) {
        PricesStorage storage $ = _prices();
        uint256 length = $.signers.length();
        fresh = new uint256[](length);
        uint256 count = 0;
        for (uint256 i = 0; i < length; ++i) {
            Quote storage quoted = $.quotes[$.signers.at(i)];
            if (quoted.weiPerMicroUsd == 0) continue;
            if (quoted.quotedAt <= time && time <= quoted.quotedAt + FRESH_SECONDS) {
                fresh[count++] = quoted.weiPerMicroUsd;
            }
        }
        assembly ("memory-safe") {
            mstore(fresh, count)
        }
    }

    function _requireSigners(uint256 count, uint256 quotesNeeded) private view {
        bool enough = count >= leastSigners && quotesNeeded >= leastQuotes && quotesNeeded <= count;
        if (!enough || count > MAX_SIGNERS || quotesNeeded * 2 <= count) {
            revert PricesSignersOutOfRange(count, quotesNeeded);
        }
    }

    function _isFirm(bool cut, uint256 fixedAt) private view returns (bool) {
        return !cut && block.timestamp <= fixedAt + FIRM_SECONDS;
    }

    function _entry(uint256 price, uint256 integral) private pure returns (uint208) {
        return uint208((price << 128) | integral);
    }

    function _price(uint208 entry) private pure returns (uint256) {
        return entry >> 128;
    }

    function _integral(uint208 entry) private pure returns (uint256) {
        return uint128(entry);
    }

    function _prices() private pure returns (PricesStorage storage $) {
        assembly {
            $.slot := PRICES_STORAGE
        }
    }
}
