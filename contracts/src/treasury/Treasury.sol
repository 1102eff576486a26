// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Calendar } from "../base/Calendar.sol";
import { Governed } from "../base/Governed.sol";
import { System } from "../base/System.sol";
import { ILeases } from "../leases/ILeases.sol";
import { InstanceKey } from "../leases/InstanceKey.sol";
import { Income } from "./Income.sol";
import { Fund, ITreasury } from "./ITreasury.sol";

/// @title The network's half: what it received, for what, and what a vote spent.
/// @dev {Income} shares out what tenants paid. Here: the funds.
contract Treasury is Income, Governed, ReentrancyGuardTransient {
    /// @custom:storage-location erc7201:nexqloud.storage.Treasury
    struct TreasuryStorage {
        mapping(Fund fund => uint256) funds;
        Founder[] founders;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Treasury")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant TREASURY_STORAGE =
        0x27114d9b2b786f846cff388d028a237f0b2b4323be76d2207ebec71a759d3f00;

    uint256 private constant MAX_FOUNDERS = 64;
    uint256 private constant BPS = 10_000;

    constructor(uint256 genesisTime_, uint256 periodSeconds_) Calendar(genesisTime_, periodSeconds_) { }

    function initialize(address owner_, IncomeShares calldata shares, Founder[] calldata founders_)
        external
        initializer
    {
        __Ownable_init(owner_);
        _setIncomeShares(genesisTime, shares);
        uint256 sum = 0;
        for (uint256 i = 0; i < founders_.length; ++i) {
            sum += founders_[i].bps;
            if (founders_[i].account == address(0)) revert TreasuryFoundersInvalid();
            _treasury().founders.push(founders_[i]);
        }
        if (sum != BPS || founders_.length > MAX_FOUNDERS) revert TreasuryFoundersInvalid();
    }

    /// @notice Takes a gift, or the price of a key.
    /// @custom:caller anyone
    /// @custom:changes the network's fund
    receive() external payable {
        _add(Fund.Network, msg.value);
    }

    /// @inheritdoc ITreasury
    function shareIncome(uint256 period, Payment[] calldata payments) external payable nonReentrant {
        if (msg.sender != System.LEASES) revert TreasuryCallerNotLeases(msg.sender);
        (uint256 toNetwork, uint256 toReserve) = _shareOut(period, payments);
        _add(Fund.Network, toNetwork);
        _add(Fund.Reserve, toReserve);
    }

    /// @inheritdoc ITreasury
    function receiveEmission(uint256 period, uint256 unearned) external payable nonReentrant {
        if (msg.sender != System.SETTLEMENT) revert TreasuryCallerNotSettlement(msg.sender);
        uint256 toFounders = period == 0 ? msg.value - unearned : 0;
        if (toFounders > 0) _shareAmongFounders(toFounders);
        _add(Fund.Development, msg.value - toFounders);
    }

    /// @inheritdoc ITreasury
    function payCredit(uint256 period, InstanceKey instance, uint256 month, uint256 amount)
        external
        nonReentrant
        returns (uint256 paid)
    {
        if (msg.sender != System.SETTLEMENT) revert TreasuryCallerNotSettlement(msg.sender);
        paid = _takeCredit(instance, month, amount, _treasury().funds[Fund.Network]);
        if (paid == 0) return 0;
        _treasury().funds[Fund.Network] -= paid;
        emit CreditPaid(instance, month, period, paid);
        ILeases(System.LEASES).deposit{ value: paid }(instance.accountOf());
    }

    /// @inheritdoc ITreasury
    function setIncomeShares(IncomeShares calldata shares) external onlyOwner {
        bool valid = shares.ownerBps >= 5000 && shares.ownerBps <= BPS && shares.reserveBps >= 1000
            && uint256(shares.masternodeBps) + shares.reserveBps <= BPS;
        if (!valid) revert TreasurySharesInvalid(shares.ownerBps, shares.masternodeBps, shares.reserveBps);
        _setIncomeShares(block.timestamp, shares);
        emit IncomeSharesChanged(shares.ownerBps, shares.masternodeBps, shares.reserveBps);
    }

    /// @inheritdoc ITreasury
    function spend(Fund fund, address to, uint256 amount) external onlyOwner nonReentrant {
        uint256 held = _treasury().funds[fund];
        if (amount > held) revert TreasuryFundTooSmall(fund, amount, held);
        _treasury().funds[fund] = held - amount;
        emit Spent(fund, to, amount);
        (bool sent,) = to.call{ value: amount }("");
        if (!sent) revert TreasuryRefused(to, amount);
    }

    /// @inheritdoc ITreasury
    function fundOf(Fund fund) external view returns (uint256) {
        return _treasury().funds[fund];
    }

    /// @inheritdoc ITreasury
    function founders() external view returns (Founder[] memory) {
        return _treasury().founders;
    }

    function _add(Fund fund, uint256 amount) private {
        if (amount == 0) return;
        _treasury().funds[fund] += amount;
        emit Received(fund, msg.sender, amount);
    }

    /// @dev Rounds down; the last of the list has what that leaves. Kept for each until it collects.
    function _shareAmongFounders(uint256 amount) private {
        Founder[] memory list = _treasury().founders;
        uint256 left = amount;
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 part = i + 1 == list.length ? left : (amount * list[i].bps) / BPS;
            left -= part;
            _keep(list[i].account, part);
            emit FounderPaid(list[i].account, part);
        }
    }

    function _treasury() private pure returns (TreasuryStorage storage $) {
        assembly {
            $.slot := TREASURY_STORAGE
        }
    }
}
